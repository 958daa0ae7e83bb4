import { linePattern, mark, marks } from '../../core/parse/index.ts'
import type { Level } from '../../core/contract.ts'
import { isSource } from './grammar/sources.ts'

/**
 * Compilers with the front end of the Edison Design Group, each with its own dress: Intel icc (`x.cpp(12): warning #177: …`), nvcc
 * (`x.cu(12): error: …`, `warning #177-D: …`), Arm's armcc and Texas Instruments' (`"x.c", line 12: Warning: #177-D: …`),
 * IAR (`"x.c",12  Warning[Pe177]: …`), and of the same dress Wind River's Diab (`warning (dcc:1518): …`), IBM's xlc (`line 12.5: 1506-045 (S) …`), Keil C51 (`*** WARNING C280 IN LINE 5 OF x.c: …`).
 */
export const edg = linePattern({
  tool: 'edg',
  kind: 'build',
  might: text => {
    const c = text.charCodeAt(0)
    return c === 34 || c === 42 || (marks(text) & mark.colonBlank) !== 0 && ((marks(text) & mark.parenthesisDigit) !== 0 || text.includes(']: '))
  },
  match: [
    /^(?<file>\S.{0,1000}?)\((?<line>\d{1,9})(?:\.\d{1,9})?\) ?: (?<level>catastrophic error|fatal error|internal error|error|warning|remark|message) ?(?<rule>#\d{1,6}(?:-[A-Z])?)?: (?<message>(?!in "|Expected|Value of: |Failed$|Failure|The difference between ).*)$/,
    /^(?<file>\S.{0,1000}?)\((?<line>\d{1,9})\): \(col\. (?<column>\d{1,9})\) (?<level>error|warning|remark) ?(?<rule>#\d{1,6})?: (?<message>.*)$/,
    /^"(?<file>[^"]{1,1000})", line (?<line>\d{1,9})(?: \(?col(?:umn|\.) (?<column>\d{1,9})\)?)?: (?<level>(?:[Cc]atastrophic |[Ff]atal |[Ii]nternal )?[Ee]rror|[Ww]arning|[Rr]emark|[Ss]erious [Ee]rror)(?: \(?at end of source\)?)?(?::? {1,2}(?<rule>[A-Z]{0,3}#?\d{1,6}(?:-[A-Z])?))?: (?<message>.*)$/,
    /^"(?<file>[^"]{1,1000})",(?<line>\d{1,9})\s{1,8}(?<level>(?:Fatal |Internal )?[Ee]rror|Warning|Remark)\[(?<rule>[A-Z][A-Za-z]{0,3}\d{1,5})\]: ?(?<message>.*)$/,
    /^(?<file>[^\s"].{0,1000}?)\((?<line>\d{1,9})\) ?: (?<level>(?:Fatal |Internal )?[Ee]rror|Warning|Remark)\[(?<rule>[A-Z][A-Za-z]{0,3}\d{1,5})\]: ?(?<message>.*)$/,
    /^"(?<file>[^"]{1,1000})", line (?<line>\d{1,9}): (?<level>fatal error|error|warning|info|catastrophic error) \((?<rule>\w{1,10}:\d{1,6})\): (?<message>.*)$/,
    /^"(?<file>[^"]{1,1000})", line (?<line>\d{1,9})\.(?<column>\d{1,9}): (?<rule>\d{4}-\d{3,4}(?: ?-\d)?) \((?<level>[IWESU])\) (?<message>.*)$/,
    /^\*\*\* (?<level>ERROR|WARNING|FATAL ERROR) (?<rule>[A-Z]?\d{1,5}) IN LINE (?<line>\d{1,9}) OF (?<file>\S.{0,1000}?): (?<message>.*)$/,
    /^(?<level>Warning|Error|Fatal Error|Remark)\[(?<rule>[A-Z][A-Za-z]{0,3}\d{1,5})\]: (?<message>.*)$/,
  ],
  level: groups => levels[(groups['level'] ?? '').toLowerCase()] ?? 'error',
  map: (finding, groups) => {
    if (finding.file !== undefined && !isSource(finding.file)) return undefined
    // Without a number only nvcc's and icc's words for an error stand in parentheses; MSVC's and clang's lines are read elsewhere.
    return finding.message.endsWith(']') && / \[-W[\w=+-]{1,100}\]$/.test(finding.message) || groups['level'] === 'message' ? undefined : finding
  },
})

const levels: Readonly<Record<string, Level>> = { warning: 'warning', w: 'warning', remark: 'note', message: 'note', info: 'note', i: 'note' }
