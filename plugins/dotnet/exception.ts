import type { LineParser } from '../../core/contract.ts'
import { frameOf } from './grammar/stack.ts'
import { untimed } from './grammar/prefix.ts'

const opening = /^(?:Unhandled [Ee]xception[.:]|\[ERROR\] FATAL UNHANDLED EXCEPTION:|Process terminated\.|Stack overflow\.)(?:\s{1,4}(?<message>\S.{0,2000}))?$/
const typed = /^(?<rule>[A-Za-z_][\w.+`]{0,200}(?:Exception|Error)\w{0,40})(?:\s?\([^()]{0,80}\))?(?:: (?<message>.*))?$/
const frame = /^\s{2,4}(?:at|bei|à|en|в|在|場所) \S|^\s{1,4}---/

/** A program of .NET or Mono that ended by an exception: what it was, and the first frame with a source. */
export const exception: LineParser = {
  lines({ emit }) {
    let said: string | undefined
    let frames: string[] = []
    const flush = () => {
      if (said === undefined) return
      const groups = typed.exec(said)?.groups
      emit({
        tool: 'dotnet-runtime', kind: 'build', level: 'error', rule: groups?.['rule'] ?? 'crash', message: said || 'unhandled exception',
        ...frameOf(frames), ...frames.length > 0 && { trace: frames.join('\n') },
      })
      said = undefined
      frames = []
    }
    return {
      line(raw) {
        const text = untimed(raw)
        if (said !== undefined) {
          if (frame.test(text)) {
            if (frames.length < 200) frames.push(text)
            return true
          }
          // Mono prints the exception on the line below.
          if (said === '' && frames.length === 0 && text.trim() !== '') {
            said = text.trim().slice(0, 2000)
            return true
          }
          if (frames.length === 0 && text !== '' && said.length < 4000 && !opening.test(text)) {
            said = `${said}\n${text}`
            return true
          }
          flush()
        }
        const c = text.charCodeAt(0)
        const groups = c === 85 || c === 91 || c === 80 || c === 83 ? opening.exec(text)?.groups : undefined
        if (!groups && !opening.test(text)) return false
        said = groups?.['message'] ?? ''
        return true
      },
      end: flush,
    }
  },
}
