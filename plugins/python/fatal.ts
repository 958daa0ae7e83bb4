import type { LineParser } from '../../core/contract.ts'
import { frameOf, isOwn, type Frame } from './frames.ts'

/** pytest may have begun a line: its dots, or the name of a test. */
const begin = /^(?:\S+ |[.A-Za-z]+)?(?<message>Fatal Python error: \S.*)$|^(?<late>Timeout \(\d[\d:.]*\)!)$/
const thread = /^(?:(?<current>Current thread)|Thread) 0x[0-9a-f]+ (?:\[.*\] )?\(most recent call first\):$/
const mostLines = 400

interface Open { message: string; lines: string[]; frames: Frame[]; all: boolean; inside: boolean }

/**
 * What faulthandler prints when the interpreter itself dies (a segmentation fault, an abort) or a time is over, which pytest switches on: no
 * test runner lives to tell of it. Frames stand innermost first; of a crash those of the current thread count. Source: CPython's `faulthandler.c`, `traceback.c`.
 */
export const fatal: LineParser = {
  lines({ emit }) {
    let open: Open | undefined

    function close(): void {
      if (open && (open.frames.length > 0 || !open.all)) {
        const place = open.frames.find(frame => isOwn(frame))
        emit({ tool: 'python', kind: 'build', rule: 'fatal', level: 'error', message: open.message, file: place?.file, line: place?.line, trace: open.lines.join('\n').trim() })
      }
      open = undefined
    }

    return {
      line(text) {
        const groups = text.startsWith('Timeout (') || text.includes('Fatal Python error: ') ? begin.exec(text)?.groups : undefined
        const message = groups?.message ?? groups?.late
        if (message !== undefined) {
          close()
          open = { message, lines: [message], frames: [], all: groups?.late !== undefined, inside: false }
          return true
        }
        if (!open) return false
        const header = thread.exec(text)?.groups
        const frame = frameOf(text)
        if (header) open.inside = open.all || header.current !== undefined
        else if (frame && open.inside) open.frames.push(frame)
        else if (!frame && text !== '' && !/^(?:Python runtime state: | {2}[<.])/.test(text)) {
          close()
          return false
        }
        if (open.lines.length < mostLines) open.lines.push(text)
        return true
      },
      end: close,
    }
  },
}
