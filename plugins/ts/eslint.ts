import { isBlank, levelOf, mark, marks, position } from '../../core/parse/index.ts'
import { mayName, ruleAtEnd, ruleInColumn } from './frames.ts'
import { perPackage } from './monorepo.ts'
import type { Finding, LineParser } from '../../core/contract.ts'

const header = /^\s{0,2}(?<file>(?:[A-Za-z]:)?[^\s:*?"<>|][^:*?"<>|]*\.[\w-]+|<text>|<input>)(?::\d+:\d+)?$/
const stylish = /^ +(?<line>\d+):(?<column>\d+) +(?<level>error|warning) {2,}(?<rest>\S.*)$/
/** xo and eslint-formatter-pretty put the sign in front of the place. */
const pretty = /^ +(?<level>[✖⚠×]) +(?<line>\d+):(?<column>\d+) +(?<rest>\S.*)$/
const createReactApp = /^ {2}Line (?<line>\d+)(?::(?<column>\d+))?: {2,}(?<rest>\S.*)$/
const next = /^(?<line>\d+):(?<column>\d+) {2}(?<level>Error|Warning): (?<rest>\S.*)$/
const rows = [stylish, pretty, createReactApp, next]

const unix = /^(?<file>(?:[A-Za-z]:)?[^:]+):(?<line>\d+):(?<column>\d+): (?<rest>.*)$/
const unixTail = / \[(?<level>Error|Warning)(?:\/(?<rule>[^\]\s]+))?\]$/
const compact = /^(?<file>(?:[A-Za-z]:)?[^:]+): line (?<line>\d+), col (?<column>\d+), (?<level>Error|Warning) - (?<rest>.*)$/
const visualStudio = /^(?<file>\S.*?)\((?<line>\d+),(?<column>\d+)\): (?<level>error|warning)(?: (?<rule>@?[A-Za-z][\w@/.-]*))? : (?<rest>.*)$/
const crash = /^Oops! Something went wrong! :\(/
/** After the message of a rule that threw. xo has no word before it. */
const occurred = /^Occurred while linting (?<file>\S.*?)(?::(?<line>\d+))?$/
const threw = /^Rule: "(?<rule>[^"]+)"$/

/** ESLint's text: stylish (also as xo, Next.js and Create React App print it), unix, compact, visualstudio; and its own crash. */
export const eslint: LineParser = perPackage({
  lines(context) {
    let file: string | undefined
    let crashed = false
    let wrong: Finding | undefined
    let before = ''
    function told(): void {
      if (wrong) context.emit(wrong)
      wrong = undefined
    }
    /** True for what says where and why a rule threw. */
    function thrown(text: string, last: string): boolean {
      const c = text.charCodeAt(0)
      const place = c === 79 ? occurred.exec(text)?.groups : undefined
      if (place?.file) {
        wrong ??= crashOf(last.trim())
        Object.assign(wrong, { file: place.file, ...(place.line ? { line: Number(place.line) } : {}) })
        return true
      }
      const rule = wrong && c === 82 ? threw.exec(text)?.groups?.rule : undefined
      if (wrong && rule !== undefined) wrong.rule = rule
      told()
      return rule !== undefined
    }
    return {
      line(text) {
        const last = before
        before = text
        if (thrown(text, last)) return true
        const one = flat(text) ?? row(text, file)
        if (one) {
          context.emit(one)
          return true
        }
        if (text.charCodeAt(0) === 79 && crash.test(text)) return (crashed = true)
        if (crashed && text.trim() && !text.startsWith('ESLint: ')) {
          crashed = false
          wrong = crashOf(text.trim())
          return true
        }
        if (!isBlank(text)) file = (mayName(text) ? header.exec(text)?.groups?.file : undefined) ?? (file !== undefined && /^\s/.test(text) ? file : undefined)
      },
      end: told,
    }
  },
})

const crashOf = (message: string): Finding => ({ tool: 'eslint', level: 'error', kind: 'lint', message })

function row(text: string, file: string | undefined): Finding | undefined {
  const c = text.charCodeAt(0)
  if (file === undefined || c !== 32 && !(c >= 48 && c <= 57) || !(marks(text) & (mark.colonDigit | mark.colonBlank))) return undefined
  for (const pattern of rows) {
    const groups = pattern.exec(text)?.groups
    if (!groups) continue
    const said = ruleInColumn(groups.rest ?? '')
    // vfile-reporter prints the same table with one more column, the plugin.
    return /^re(?:mark|text|hype)-/.test(said.rule ?? '') ? undefined : finding(file, groups, said)
  }
  return undefined
}

function flat(text: string): Finding | undefined {
  const found = marks(text)
  if (!(found & mark.colonBlank)) return undefined
  const two = text.includes(': line ') ? compact.exec(text)?.groups : undefined
  if (two) return finding(two.file, two, ruleAtEnd(two.rest ?? ''))
  const three = found & mark.parenthesisDigit ? visualStudio.exec(text)?.groups : undefined
  if (three) return finding(three.file, three, { message: three.rest ?? '', rule: three.rule })
  const one = found & mark.colonDigit && text.endsWith(']') ? unix.exec(text)?.groups : undefined
  const tail = one?.rest === undefined ? null : unixTail.exec(one.rest)
  if (!one || !tail) return undefined
  return finding(one.file, { ...one, level: tail.groups?.level }, { message: (one.rest ?? '').slice(0, tail.index), rule: tail.groups?.rule })
}

function finding(file: string | undefined, groups: Record<string, string | undefined>, said: { message: string; rule: string | undefined }): Finding {
  const level = { '✖': 'error', '×': 'error', '⚠': 'warning' }[groups.level ?? ''] ?? groups.level
  return {
    // oxlint prints ESLint's formats too, with its rules as `plugin(rule)`.
    tool: said.rule?.includes('(') ? 'oxlint' : 'eslint',
    rule: said.rule, level: levelOf(level), kind: 'lint', message: said.message,
    file, line: position(groups.line), column: position(groups.column),
  }
}
