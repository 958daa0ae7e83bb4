import { linePattern, mark, marks, type Groups } from '../../core/parse/index.ts'
import type { Level } from '../../core/contract.ts'

/** Looked for first: few lines end like that. */
const ending = String.raw`(?=.*\[[1-5]\]$)`
const tail = String.raw` {1,2}(?<message>.{0,2000}?)\s{0,4}\[(?<rule>[a-z_+]{1,40}/[\w+./-]{1,60})\] \[(?<confidence>[1-5])\]$`

/**
 * cpplint: `file:line:  message  [category/rule] [confidence]`, with `--output=vs7` `file(line): error cpplint: [rule] message [3]`,
 * with `--output=eclipse` `file:line: warning: message  [rule] [confidence]`.
 */
export const cpplint = linePattern({
  tool: 'cpplint',
  kind: 'lint',
  might: text => text.charCodeAt(text.length - 1) === 93 && (marks(text) & (mark.colonDigit | mark.parenthesisDigit)) !== 0,
  match: [
    new RegExp(String.raw`^${ending}(?<file>[^\s].{0,1000}?):(?<line>\d{1,9}):(?: (?:warning|error):)?${tail}`),
    new RegExp(String.raw`^${ending}(?<file>[^\s].{0,1000}?)\((?<line>\d{1,9})\):(?: (?:warning|error)(?: cpplint)?:)?${tail}`),
    /^(?<file>[^\s].{0,1000}?)\((?<line>\d{1,9})\): (?:warning|error) cpplint: \[(?<rule>[a-z_+]{1,40}\/[\w+./-]{1,60})\] (?<message>.*) \[(?<confidence>[1-5])\]$/,
  ],
  level: confidenceLevel,
})

/** Confidence 5 means cpplint is sure; it has no severity of its own, and none of its faults breaks a program. */
function confidenceLevel(groups: Groups): Level {
  return Number(groups['confidence'] ?? 5) >= 4 ? 'warning' : 'note'
}
