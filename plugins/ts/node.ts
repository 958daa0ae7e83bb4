import { frame, path } from './frames.ts'
import type { LineParser, ParseContext } from '../../core/contract.ts'

const origin = /^(?<file>(?:file:\/\/)?\/\S.*|[A-Za-z]:\\.*|node:\S+):(?<line>\d+)$/
const caret = /^\s*\^+\s*$/
const error = /^(?:Uncaught )?(?<name>[A-Z]\w*(?:Error|Exception)?)(?: \[\w+\])?: (?<message>.*)$/
const frameLine = /^ {4}at /
const version = /^Node\.js v\d/
const required = /^- (?<file>\S.*)$/
const imported = /imported from (?<file>\S.*)$/

interface Crash {
  file: string
  line: number
  pointed: boolean
  lines: string[]
  said: { name: string; message: string } | undefined
}

/** Node's farewell on an uncaught error: place, source line and caret, the error with its stack, the version. One finding. */
export const node: LineParser = {
  lines(context) {
    let crash: Crash | undefined
    const close = () => {
      if (crash?.said) emit(crash, crash.said, context)
      crash = undefined
    }
    return {
      line(text) {
        const end = text.charCodeAt(text.length - 1)
        const start = !(end >= 48 && end <= 57) ? undefined : origin.exec(text)?.groups
        if (start?.file) {
          close()
          crash = { file: path(start.file), line: Number(start.line), pointed: false, lines: [], said: undefined }
          return
        }
        if (!crash) return
        if (version.test(text)) {
          close()
          return true
        }
        crash.lines.push(text)
        crash.pointed ||= caret.test(text)
        const said = crash.pointed && !crash.said ? error.exec(text)?.groups : undefined
        if (said) crash.said = { name: said.name ?? 'Error', message: said.message ?? '' }
        // Not a crash after all, or an old Node, which has no last line: the stack's end is the end.
        if (crash.lines.length > (crash.said ? 100 : 8)) close()
        return crash?.said !== undefined && frameLine.test(text)
      },
      end: close,
    }
  },
}

function emit(crash: Crash, said: { name: string; message: string }, context: ParseContext): void {
  const internal = crash.file.startsWith('node:') || crash.file.includes('/node_modules/')
  const at = internal ? frame(crash.lines) : undefined
  const asked = internal ? imported.exec(said.message)?.groups?.file ?? crash.lines.map(line => required.exec(line)?.groups?.file).find(Boolean) : undefined
  context.emit({
    tool: 'node', rule: said.name, level: 'error', kind: 'build', message: said.message,
    ...(internal ? { file: at?.file ?? (asked === undefined ? undefined : path(asked)), line: at?.line, column: at?.column } : { file: crash.file, line: crash.line }),
    trace: crash.lines.join('\n').trim(),
  })
}
