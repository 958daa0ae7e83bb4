import { frame, path, type Place } from './frames.ts'
import { perPackage } from './monorepo.ts'
import type { LineParser, ParseContext } from '../../core/contract.ts'

const begin = /^ ?Exception during run: (?<said>\S.*)$/
const heading = /^(?<file>(?:file:\/\/)?\/\S.*|[A-Za-z]:\\.*):(?<line>\d+)$/
const error = /^(?<name>[A-Z]\w*)(?: \[\w+\])?: (?<message>\S.*)$/
const needed = /imported from (?<by>\S.*)$|^- (?<first>\S.*)$/
const stack = /^\s+at /

/** Mocha's farewell where a file of tests cannot be loaded: no test runs. The error stands behind the words, or below the place of what cannot be parsed. */
export const mochaLoad: LineParser = perPackage({
  lines(context) {
    let lines: string[] | undefined
    let stacked = false
    const close = () => {
      if (lines) report(lines, context)
      lines = undefined
    }
    return {
      line(text) {
        const said = begin.exec(text)?.groups?.said
        if (said !== undefined) {
          close()
          lines = [said]
          stacked = false
          return true
        }
        if (!lines) return false
        const isFrame = stack.test(text)
        if ((stacked && !isFrame) || lines.length > 60) {
          close()
          return false
        }
        stacked ||= isFrame
        lines.push(text)
        return true
      },
      end: close,
    }
  },
})

function report(lines: readonly string[], context: ParseContext): void {
  const said = lines.map(line => error.exec(line)?.groups).find(Boolean)
  const where = placeOf(lines)
  context.emit({
    tool: 'mocha', rule: said?.name ?? 'Error', level: 'error', kind: 'test', message: said?.message ?? lines[0] ?? '', trace: lines.join('\n').trim(),
    ...where,
  })
}

function placeOf(lines: readonly string[]): Partial<Place> {
  const head = heading.exec(lines[0] ?? '')?.groups
  if (head?.file) return { file: path(head.file), line: Number(head.line) }
  const at = frame(lines)
  if (at) return at
  const groups = lines.map(line => needed.exec(line)?.groups).find(Boolean)
  const file = groups?.by ?? groups?.first
  return file === undefined ? {} : { file: path(file) }
}
