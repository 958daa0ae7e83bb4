import type { Finding, LineParser, Location } from '../../core/contract.ts'
import { mark, marks, position, type Groups } from '../../core/parse/index.ts'
import { helpUrl, ice, isSummary, levelOfWord, whose } from './diagnostic.ts'
import { lintIn, lintOf } from './lints.ts'

/**
 * One line per diagnostic: `--message-format=short`, and what rustc printed before 1.9: `file:2:5: 2:6 error: text [E0425]`,
 * with the code and a line of marks below.
 */
const short = /^(?<file>(?:[A-Za-z]:[\\/])?[^\s:][^:]{0,1000}):(?<line>\d{1,9}):(?<column>\d{1,9}): (?<word>error: internal compiler error|fatal error|error|warning|note|help)(?:\[(?<code>[A-Za-z][\w:]{0,60})\])?: (?<message>\S.*)$/
const old = /^(?<file>(?:[A-Za-z]:[\\/])?[^\s:][^:]{0,1000}):(?<line>\d{1,9}):(?<column>\d{1,9}): (?<endLine>\d{1,9}):(?<endColumn>\d{1,9}) (?<word>error: internal compiler error|fatal error|error|warning|note|help): (?<message>\S.*)$/
const codeAtEnd = /(?: \[(?<code>E\d{4})\]|, #!?\[(?:warn|deny|forbid)\((?<lint>[\w:]+)\)\](?: on by default| implied by .*)?|(?: \[-[WDF] (?<flag>[\w-]+)(?: \([^)]*\))?\]))$/
const source = /\.rs$|(?:^|[\\/])Cargo\.toml$|^<(?:anon|stdin|source)>$/

export const rustcShort: LineParser = {
  lines({ emit }) {
    let pending: (Finding & { related: Location[] }) | undefined
    const flush = () => {
      if (pending) {
        const { related, ...finding } = pending
        emit(related.length ? { ...finding, related } : finding)
      }
      pending = undefined
    }
    return {
      line(text) {
        if ((marks(text) & mark.colonDigit) === 0 || !text.includes(': ')) return false
        const groups = short.exec(text)?.groups ?? old.exec(text)?.groups
        if (!groups || !source.test(groups.file ?? '')) return false
        const { word = '', message = '' } = groups
        if (word === 'note' || word === 'help') {
          if (pending && pending.related.length < 50) pending.related.push({ ...placeOf(groups), message })
          return true
        }
        flush()
        if (!isSummary(message)) pending = { ...findingOf(groups), related: [] }
        return true
      },
      end: flush,
    }
  },
}

function findingOf(groups: Groups): Finding {
  const said = groups.message ?? ''
  const end = codeAtEnd.exec(said)
  const message = end ? said.slice(0, end.index) : said
  const code = groups.code ?? end?.groups?.code ?? end?.groups?.lint ?? end?.groups?.flag?.replaceAll('-', '_')
  const rule = code ?? (groups.word?.includes('internal') ? ice : lintIn(said) ?? lintOf(message))
  const url = helpUrl(rule)
  return { ...whose({ rule, message, file: groups.file }), level: levelOfWord(groups.word === 'fatal error' ? 'error' : groups.word ?? ''), message, ...placeOf(groups), ...url && { help: { url } } }
}

function placeOf(groups: Groups): Location {
  const [line, column, endLine, endColumn] = [groups.line, groups.column, groups.endLine, groups.endColumn].map(position)
  return { file: groups.file ?? '', ...line && { line }, ...column && { column }, ...endLine && { endLine }, ...endColumn && { endColumn } }
}
