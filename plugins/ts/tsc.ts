import { levelOf, mark, marks, position } from '../../core/parse/index.ts'
import { perPackage } from './monorepo.ts'
import type { Finding, LineParser, Location, ParseContext } from '../../core/contract.ts'

// Angular's compiler (NG1234) and webpack's wrappers print TypeScript's own lines behind a word.
const lead = '^(?:Error: |ERROR in |error: )?'
const code = '(?<level>error|warning|message|suggestion) (?<rule>(?:TS|NG)-?\\d+): (?<message>.*)$'
/** Looked for first: few lines have it. */
const coded = / (?:TS|NG)-?\d+: /
const plain = new RegExp(`${lead}(?<file>\\S.*?)\\((?<line>\\d+),(?<column>\\d+)\\): ${code}`)
const pretty = new RegExp(`${lead}(?<file>\\S.*?):(?<line>\\d+):(?<column>\\d+) - ${code}`)
const placeless = new RegExp(`${lead}${code}`)
const relatedPlace = /^ {2}(?<file>\S.*?):(?<line>\d+):(?<column>\d+)(?: - .*)?$/
const codeFrame = /^\s*(?:\d+ |\.{3}$|~)/

/** TypeScript's compiler and those that print like it (vue-tsc, ts-node, Angular): plain, and `--pretty` with code frames and related places. */
export const tsc: LineParser = perPackage({
  lines(context) {
    let open: { finding: Finding; related: Location[]; more: string[] } | undefined
    const close = () => {
      if (open) emit(open, context)
      open = undefined
    }
    return {
      line(text) {
        const groups = marks(text) & mark.colonBlank && coded.test(text) ? (plain.exec(text) ?? pretty.exec(text) ?? placeless.exec(text))?.groups : undefined
        if (groups) {
          close()
          open = { finding: findingOf(groups), related: [], more: [] }
          return true
        }
        if (!open) return
        if (text.trim() && !/^(?: {2}|\t|\d+ )/.test(text)) return close()
        continued(open, text)
        return true
      },
      end: close,
    }
  },
})

function findingOf(groups: Record<string, string | undefined>): Finding {
  return {
    tool: 'tsc', rule: groups.rule, level: levelOf(groups.level), kind: 'build',
    message: groups.message ?? '', file: groups.file, line: position(groups.line), column: position(groups.column),
  }
}

function continued(open: { related: Location[]; more: string[] }, text: string): void {
  const place = relatedPlace.exec(text)?.groups
  const last = open.related.at(-1)
  if (place) open.related.push({ file: place.file ?? '', line: position(place.line), column: position(place.column) })
  else if (!text.trim() || codeFrame.test(text)) return
  else if (last) last.message ??= text.trim()
  else if (open.more.length < 50) open.more.push(text)
}

function emit(open: { finding: Finding; related: Location[]; more: string[] }, context: ParseContext): void {
  context.emit({
    ...open.finding,
    ...(open.related.length ? { related: open.related } : {}),
    ...(open.more.length ? { trace: open.more.join('\n') } : {}),
  })
}
