import type { Finding, LineParser } from '../../core/contract.ts'
import { position } from '../../core/parse/index.ts'

const heading = /^(?<file>\S.*) -- \d+ warnings?:$/
/** Since 2.0 the smell comes first, before it stood at the end; the lines in brackets may be switched off. */
const numbered = /^ {2,4}\[(?<lines>\d+(?:, ?\d+)*)\]:\s?(?<said>\S.*)$/
const bare = /^ {2,4}(?<said>[A-Za-z].*)$/
const single = /^(?<file>(?:[A-Za-z]:)?[^:\s][^:]*\.(?:rb|rake|erb|gemspec|ru)):(?<lines>\d{1,9}): (?<said>\S.*)$/
const first = /^(?<rule>[A-Z][a-z]+(?:[A-Z][a-z]+)+): (?<message>\S.*)$/
const last = / \((?<rule>[A-Z][a-z]+(?:[A-Z][a-z]+)+)\)$/
const link = / \[(?<url>https?:\/\/[^\]\s]+)\]$/

/** Reek's text, grouped by file or with `--single-line`, of all versions. One finding for each smell, not for each of its lines. Source: Reek's README and docs/. */
export const reek: LineParser = {
  lines({ emit }) {
    let file: string | undefined
    return {
      line(text) {
        const c = text.charCodeAt(0)
        if (c === 32 && file !== undefined) {
          const groups = numbered.exec(text)?.groups ?? bare.exec(text)?.groups
          const found = groups && smell(groups.said ?? '', file, groups.lines ?? '')
          if (found) emit(found)
          return found !== undefined
        }
        const named = text.endsWith(':') ? heading.exec(text)?.groups?.file : undefined
        if (named !== undefined || text !== '') file = named
        if (named !== undefined) return true
        const groups = text.includes(': ') ? single.exec(text)?.groups : undefined
        const found = groups && smell(groups.said ?? '', groups.file ?? '', groups.lines ?? '')
        if (found) emit(found)
        return found !== undefined
      },
    }
  },
}

function smell(text: string, file: string, lines: string): Finding | undefined {
  const url = link.exec(text)?.groups?.url
  const said = url === undefined ? text : text.slice(0, text.length - url.length - 3)
  const groups = first.exec(said)?.groups
  const rule = groups?.rule ?? last.exec(said)?.groups?.rule
  // `syntax errors found (SyntaxError)` is Ruby's own.
  if (rule === undefined || rule.endsWith('Error')) return undefined
  return smelly({ file, rule, url, message: groups?.message ?? said.slice(0, said.length - rule.length - 3), lines: lines.split(/, ?/).map(Number) })
}

/** Reek grades nothing. */
export function smelly({ file, rule, message, lines, url }: { file: string; rule: string; message: string; lines: readonly (number | undefined)[]; url?: string | undefined }): Finding {
  const [line, ...others] = lines.map(position)
  const related = others.flatMap(one => (one === undefined ? [] : [{ file, line: one }]))
  return { tool: 'reek', kind: 'lint', level: 'warning', rule, message, file, line, ...(related.length > 0 ? { related } : {}), ...(url ? { help: { url } } : {}) }
}
