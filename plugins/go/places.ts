import { mark, marks, position, remembering } from '../../core/parse/index.ts'
import { vetRuleOf } from './vet-rules.ts'
import { linterOf } from './linter-messages.ts'

/** A line `file.go:line:column: message`, and which of Go's many tools speak like that. */
export interface Said {
  tool: Tool
  rule: string | undefined
  file: string
  line: number | undefined
  column: number | undefined
  message: string
  /** Without a header of the go command such a line may be what a program logs. */
  sure: boolean
}

export type Tool = 'go' | 'go-vet' | 'staticcheck' | 'golangci-lint' | 'gosec' | 'linter'

const place = /^(?:(?<vet>vet: )|deadcode: )?(?<file>(?:[A-Za-z]:[\\/])?[^\s:"'`|<>*?,;(]+\.(?:go|mod|work|s|S|y|templ|proto)):(?<line>\d{1,9})(?::(?<column>\d{1,9})(?::(?<third>\d{1,9}))?)?: ?(?<message>\S.*)$/
const inGo = /\.(?:go|mod|work|s|S|y|templ|proto):\d/
const checks = / \((?<rule>(?:SA|ST|QF|S|U)\d{4}|compile|config)\)$/
const gosecs = / \(Rule:(?<rule>G\d+), Severity:\w+, Confidence:\w+\)$/
/** Go's own messages end in a bracket of several words, or in one of these. */
const linters = / \((?!(?:type|value|constant|variable|built-in|builtin|int|string|bool|error|nil|main|init|file|dir)\))(?<rule>[a-z][a-z0-9_-]{2,30}|vet)\)$/

/**
 * `file.go:12:5: message` is what the compiler, vet and a dozen linters print. staticcheck and golangci-lint end theirs with a rule in brackets;
 * vet and the linters are known by their words; what is left is the compiler's. All the parsers concerned ask here, and each keeps its own.
 */
export const said: (text: string) => Said | undefined = remembering(read)

function read(text: string): Said | undefined {
  if (!(marks(text) & mark.colonDigit) || !inGo.test(text)) return undefined
  const groups = place.exec(text)?.groups ?? spaced(text)
  if (!groups?.file) return undefined
  const { file, message = '' } = groups
  const at = { file, line: position(groups.line), column: position(groups.column) }
  const of = (tool: Tool, rule: string | undefined, rest = message): Said => ({ ...at, tool, rule, message: rest, sure: true })
  if (groups.vet) return of('go', undefined)
  const end = message.charCodeAt(message.length - 1)
  if (end === 41) {
    const check = checks.exec(message)
    if (check) return check.groups?.rule === 'compile' ? of('go', undefined, message.slice(0, check.index)) : of('staticcheck', check.groups?.rule, message.slice(0, check.index))
    const risk = gosecs.exec(message)?.groups
    if (risk) return of('gosec', risk.rule, message)
    // gometalinter has the severity before the message.
    if (/^:?(?:error|warning): /.test(message)) return undefined
    const linter = linters.exec(message)
    if (linter) return of('golangci-lint', linter.groups?.rule, message.slice(0, linter.index))
  }
  const rule = vetRuleOf(message)
  if (rule) return of('go-vet', rule)
  if (linterOf(message)) return of('linter', undefined)
  return { ...of('go', undefined), sure: at.column !== undefined && !groups.third || compilers.test(message) }
}

/** nakedret, gochecknoglobals and gochecknoinits put a blank where the others put a colon. */
function spaced(text: string): Record<string, string | undefined> | undefined {
  const groups = /^(?<file>[^\s:"']+\.go):(?<line>\d{1,9}) (?<message>\S.*)$/.exec(text)?.groups
  return groups && linterOf(groups.message ?? '') ? groups : undefined
}

/** What compilers said before they told columns. */
const compilers = /^(?:syntax error|undefined: |undefined reference|imported and not used|(?:declared|.* declared) (?:and|but) not used|cannot |missing return|invalid |expected |too many |not enough |unknown |running ".*": |assignment (?:count )?mismatch|redeclared |.* redeclared in this block|duplicate |unrecognized |errors parsing |.* \(type .*\))/
