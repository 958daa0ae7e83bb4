import type { Finding, LineParser } from '../../core/contract.ts'
import { exceptionOf, frameOf, isOwn, placeOf, type Frame } from './frames.ts'
import { marksPlace } from '../../core/parse/index.ts'
import { closing } from './pytest.ts'

const begin = /^(?:Exception Group )?Traceback \(most recent call last\):$/
const chained = /^(?:During handling of the above exception, another exception occurred|The above exception was the direct cause of the following exception):$/
const survived = (text: string) => closing.test(text) || /^Ran \d+ tests? in [\d.]+s$/.test(text)
const ruler = /^(?:={70}|-{70}|\*{70}|={3,} .* ={3,})$/
const syntaxWarning = /^(?<file>(?:[A-Za-z]:)?[^:\s][^:]*\.pyw?):(?<line>\d+): SyntaxWarning: (?<message>.*)$/
const mostLines = 400

interface Open { frames: Frame[]; lines: string[]; inTests: boolean }

/**
 * Python itself: uncaught exceptions, syntax errors (of a script, of `python -m compileall`), SyntaxWarnings.
 * A traceback that a test runner prints is the runner's; one that went by while tests ran was survived, so what waits is
 * dropped when the runner says its last word.
 */
export const traceback: LineParser = {
  lines({ emit }) {
    let waiting: Finding[] = []
    let open: Open | undefined
    let tests = false
    let last = ''
    let behindChain = false

    function close(rule: string, message: string): void {
      const place = open && placeOf(open.frames)
      if (open && !open.inTests && place) {
        if (behindChain) waiting.pop()
        if (waiting.length < 100) waiting.push(crash(rule, message, place, open))
      }
      open = undefined
      behindChain = false
    }

    function inside(text: string): boolean {
      if (!open) return false
      const frame = frameOf(text)
      if (frame) open.frames.push(frame)
      else if (!/^\s/.test(text)) {
        const thrown = exceptionOf(text)
        if (thrown) {
          open.lines.push(text)
          close(thrown.name, thrown.message)
          return true
        }
        open = undefined
        return false
      }
      if (open.lines.length < mostLines) open.lines.push(text)
      return true
    }

    return {
      line(printed) {
        const text = printed.charCodeAt(0) === 32 ? printed.replace(/^ {2}[+|] /, '') : printed
        const before = last
        last = text
        if (!open && !mayBegin(text) && !marksPlace(text)) return
        if (survived(text)) {
          waiting = []
          open = undefined
          tests = false
          return
        }
        if (ruler.test(text)) tests = !text.startsWith('*')
        const warning = syntaxWarning.exec(text)?.groups
        if (warning) {
          emit({ tool: 'python', kind: 'build', rule: 'SyntaxWarning', level: 'warning', message: warning.message ?? '', file: warning.file, line: Number(warning.line) })
          return true
        }
        if (chained.test(text)) behindChain = waiting.length > 0 && !tests
        else if (begin.test(text)) {
          open = { frames: [], lines: [text], inTests: tests || /^-{60,}$/.test(before) }
          return !open.inTests
        } else if (open) return inside(text)
        else {
          const bare = /^(?:\*\*\*)? {2,3}File "/.test(text) ? frameOf(text.replace(/^\*\*\*/, '')) : undefined
          if (bare && /line \d+$/.test(text)) open = { frames: [bare], lines: [text], inTests: tests }
          return bare !== undefined
        }
      },
      end() {
        for (const finding of waiting) emit(finding)
      },
    }
  },
}

/** Python's own sentences and runners' rulers; no other word begins so. */
function mayBegin(text: string): boolean {
  const c = text.charCodeAt(0)
  return !(c >= 97 && c <= 122 && c !== 110) && !(c >= 65 && c <= 90 && c !== 68 && c !== 69 && c !== 82 && c !== 84)
}

/** A tool that breaks in its own code has no place in the project. */
function crash(rule: string, message: string, place: Frame, { frames, lines }: Open): Finding {
  const at = isOwn(place, frames) ? { file: place.file, line: place.line } : {}
  return { tool: 'python', kind: 'build', rule, level: 'error', message: message || rule, ...at, trace: lines.join('\n') }
}
