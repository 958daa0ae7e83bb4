import type { LineParser } from '../../core/contract.ts'
import { frameOf, placeOf, type Frame } from './frames.ts'

const begin = /^(?:rake|(?:bin\/)?rails|hanami) aborted!$/
const end = /^(?:Tasks: TOP|\(See full trace by running task with --trace\)$)/
const typed = /^(?<rule>[A-Z]\w*(?:::\w+)*)(?:: (?<message>.*))?$/
const mostLines = 200

/** `rake aborted!`, with the exception that ended it. That a command failed is said by that command, so it is left out here. */
export const rake: LineParser = {
  lines({ emit }) {
    let lines: string[] | undefined
    let frames: Frame[] = []

    function close(): void {
      const said = lines ?? []
      const [first = ''] = said
      lines = undefined
      if (first === '' || /^Command failed with status \(|^Command failed with signal|^(?:RuboCop|Standard) failed!/.test(first)) return
      const { rule, message } = typed.exec(first)?.groups ?? {}
      const unbuilt = first.startsWith(`Don't know how to build task`)
      emit({
        tool: 'rake', kind: 'build', level: 'error', rule: unbuilt ? 'unknown-task' : rule ?? 'aborted', message: rule ? message || rule : first,
        ...placeOf(frames), trace: said.length > 1 ? said.slice(1).join('\n').trim() || undefined : undefined,
      })
    }

    return {
      line(text) {
        if (!lines) {
          if (!text.endsWith('!') || !begin.test(text)) return false
          lines = []
          frames = []
          return true
        }
        if (end.test(text) || begin.test(text)) {
          close()
          return true
        }
        if (lines.length < mostLines) lines.push(text)
        const frame = frames.length < mostLines ? frameOf(text) : undefined
        if (frame) frames.push(frame)
        return true
      },
      end: close,
    }
  },
}
