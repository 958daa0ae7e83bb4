import type { Finding, LineParser, LineReader } from '../../core/contract.ts'
import { mark, marks, position, remembering } from '../../core/parse/index.ts'
import { codePattern, levelOfCode, pathPattern } from './codes.ts'

type Owner = 'ruff' | 'flake8'

const cell = '(?::cell (?<cell>\\d+))?'
/** Ruff before 0.12 called what it cannot parse `SyntaxError:`. */
const rule = `(?<rule>${codePattern}|[a-z]+(?:-[a-z]+)+:|SyntaxError:)`
const matches = [
  new RegExp(`^(?<file>${pathPattern}?)${cell}:(?<line>\\d+):(?<column>\\d+):? ${rule} (?<message>.*)$`),
  new RegExp(`^(?<file>${pathPattern}?)${cell}:(?<line>\\d+): \\[(?<rule>${codePattern}|[a-z]+-[a-z-]+)\\] (?<message>.*)$`),
]
/** What both have behind the place, looked for first. */
const coded = new RegExp(`:\\d+:? (?:${codePattern}|[a-z]+-[a-z-]+:|SyntaxError:) |:\\d+: \\[`)
/** bashate prints the same form, of other files, and with E0… for what pycodestyle never says. */
const python = /\.(?:py[iwx]?|pxd|ipynb|wsgi|cgi|md|toml)$|(?:^|[\\/])[^.\\/]+$/
const pylints = /^[A-Z]\d{4}$/
const ruffOnly = /^(?:RUF|UP|PL[CREW]|PERF|FURB|FAST|AIR|[a-z])/
const ruffSays = /^(?:Found \d+ errors?[ .(]|All checks passed!|Would fix \d+ errors?|No fixes available)/

/**
 * `path:line:column: CODE message` is what both flake8 and `ruff check --output-format concise` print, and both have
 * `path:line: [CODE] message`. Ruff's messages begin with a capital or quote with backticks where pycodestyle and
 * pyflakes write small letters and straight quotes; for the plugins' codes the tool is known only from the
 * neighbours, so such lines wait for a telling one. Both parsers run this same reader, each keeps its own tool's lines.
 */
export function conciseReader(tool: Owner, emit: (finding: Finding) => void): LineReader {
  let owner: Owner | undefined
  let waiting: Finding[] = []

  function settle(known: Owner): void {
    owner = known
    for (const finding of waiting) if (known === tool) emit({ ...finding, tool })
    waiting = []
  }

  return {
    line(text) {
      const c = text.charCodeAt(0)
      if ((c === 70 || c === 65 || c === 87 || c === 78) && ruffSays.test(text)) {
        if (owner === undefined) settle('ruff')
        owner = undefined
        return
      }
      const finding = read(text)
      if (!finding) return
      const known = ownerOf(finding.rule ?? '', finding.message)
      if (known) settle(known)
      waiting.push({ ...finding, message: finding.message.replace(/^\[\*\] /, '') })
      if (owner) settle(owner)
      else if (waiting.length >= 10_000) settle('flake8')
      return true
    },
    end() {
      settle(owner ?? 'flake8')
    },
  }
}

export function conciseParser(tool: Owner): LineParser {
  return { lines: ({ emit }) => conciseReader(tool, emit) }
}

/** Asked by both parsers. */
const read = remembering(one)

function one(text: string): Finding | undefined {
  if (!(marks(text) & mark.colonDigit) || !coded.test(text)) return undefined
  const groups = (matches[0]?.exec(text) ?? matches[1]?.exec(text))?.groups
  if (!groups || groups.file === undefined) return undefined
  const code = (groups.rule ?? '').replace(/:$/, '').replace('SyntaxError', 'invalid-syntax')
  if (pylints.test(code) || /^E0\d\d$/.test(code) || !python.test(groups.file)) return undefined
  return {
    tool: 'flake8', kind: 'lint', rule: code, level: levelOfCode(code), message: groups.message ?? '',
    file: groups.file, line: position(groups.line), column: groups.cell ? undefined : position(groups.column),
  }
}

function ownerOf(code: string, message: string): Owner | undefined {
  if (ruffOnly.test(code) || message.startsWith('[*] ')) return 'ruff'
  if (!/^[EFW]\d{3}$/.test(code) || /^\w*(?:Error|Exception)\b/.test(message)) return undefined
  return /^[A-Z`]|^f-string without|`/.test(message) ? 'ruff' : 'flake8'
}
