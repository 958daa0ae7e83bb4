import type { LineParser } from '../../core/contract.ts'
import { mark, marks } from '../../core/parse/index.ts'
import { spot } from './grammar/source.ts'
import { unwrap } from './grammar/wrapping.ts'

const path = String.raw`(?<file>(?:[A-Za-z]:(?=[\\/]))?[^\s:"<>|*?[][^:"<>|*?]{0,1000}\.kts?)`
const plain = new RegExp(String.raw`^(?:\[LintError\] )?${path}:(?<line>\d{1,9}):(?<column>\d{1,9}):? (?<message>\S.*)$`)
const header = new RegExp(String.raw`^${path}$`)
const grouped = /^ {2}(?<line>\d{1,9}):(?<column>\d{1,9}) (?<message>\S.*)$/
const compiler = /^(?:error|warning|info|exception|strong warning): /
const rule = /^(?<message>.*\S) \((?<rule>(?:[a-z][\w-]{0,60}:)?[a-z][\w-]{1,80})\)$/
/** kotlinter's form: `Lint error > [no-unused-imports] message`. */
const kotlinter = /^Lint (?:error|warning) > \[(?<rule>[\w:-]{1,120})\] (?<message>\S.*)$/
/** Before version 0.40 this stood in place of the rule. */
const fixed = / \(cannot be auto-corrected\)$/
const phrase = /^(?:Unused import|Unexpected|Missing|Needless|Wildcard|Trailing|Unnecessary|Redundant|File |Imports|Exceeded max line|Line must|Newline|Not a valid Kotlin|Parameter should|Argument should|Expected|Consecutive|Redundant)/

/** ktlint's reporters plain and plain?group_by_file, with and without rules, and kotlinter's. */
export const ktlint: LineParser = {
  lines({ emit }) {
    let group: string | undefined
    return {
      line(line) {
        const { text, by } = unwrap(line)
        if (text.charCodeAt(0) === 32 && group !== undefined) {
          const groups = grouped.exec(text)?.groups
          if (groups) emit({ tool: 'ktlint', kind: 'format', level: 'error', ...split(groups.message!), ...spot({ ...groups, file: group }) })
          else group = undefined
          return groups !== undefined
        }
        const isKotlin = text.includes('.kt')
        if (!isKotlin) return group = undefined, false
        if (by === undefined && (text.endsWith('.kt') || text.endsWith('.kts'))) {
          group = header.exec(text)?.groups?.file
          return false
        }
        group = undefined
        if ((marks(text) & mark.colonDigit) === 0) return false
        const groups = plain.exec(text)?.groups
        if (!groups || compiler.test(groups.message!)) return false
        const said = split(groups.message!)
        if (said.rule === undefined && !fixed.test(groups.message!) && !phrase.test(said.message)) return false
        emit({ tool: 'ktlint', kind: 'format', level: 'error', ...said, ...spot(groups) })
        return true
      },
    }
  },
}

function split(text: string): { message: string; rule?: string } {
  const groups = (rule.exec(text) ?? kotlinter.exec(text))?.groups
  return groups ? { message: groups.message!.replace(fixed, ''), rule: groups.rule! } : { message: text.replace(fixed, '') }
}
