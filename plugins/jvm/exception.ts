import type { LineParser } from '../../core/contract.ts'
import { frameOf, placeIn } from './grammar/stack.ts'
import { unwrap } from './grammar/wrapping.ts'

const head = /^Exception in thread "main" (?<type>[\w$.]{1,300})(?:: (?<message>.*))?$/
const unstarted = /^Error: (?<message>(?:Could not find or load main class|Main method not found in class|Unable to access jarfile|LinkageError occurred|A JNI error has occurred).*)$/
const closing = /^(?:Tests run:|Total tests run:|OK \(\d|Tests: succeeded|\d+ tests? completed|\[ {1,12}\d+ tests failed)/
const maxLines = 200

/** A program's main thread that ended with an exception. Where tests have run, what they printed is theirs. */
export const exception: LineParser = {
  lines({ emit }) {
    let open: { type: string; message: string; lines: string[] } | undefined
    let waiting: Parameters<typeof emit>[0][] = []
    const flush = () => {
      if (!open) return
      const { type, message, lines } = open
      open = undefined
      const trace = lines.join('\n')
      if (waiting.length < 1000) waiting.push({ tool: 'java', kind: 'build', level: 'error', rule: type, message: message ? `${type}: ${message}` : type, trace, ...placeIn(trace, undefined) })
    }
    return {
      line(line) {
        const { text } = unwrap(line)
        const c = text.charCodeAt(0)
        if (c === 69) {
          const groups = head.exec(text)?.groups
          if (groups) {
            flush()
            open = { type: groups.type!, message: groups.message ?? '', lines: [text] }
            return true
          }
          const wrong = unstarted.exec(text)?.groups?.message
          if (wrong !== undefined) return waiting.push({ tool: 'java', kind: 'build', level: 'error', rule: 'launcher', message: wrong }) > 0
        }
        if (open) {
          if (/^\s/.test(text) || text.startsWith('Caused by: ') || frameOf(text)) return open.lines.length < maxLines && open.lines.push(text) > 0
          if (open.lines.length === 1 && text !== '') return open.lines.push(text) > 0
          flush()
        }
        if (waiting.length && closing.test(text)) waiting = []
        return false
      },
      end() {
        flush()
        for (const one of waiting) emit(one)
      },
    }
  },
}
