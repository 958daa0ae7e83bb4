import { linePattern } from '../../core/parse/index.ts'

const file = '(?<file>(?:[A-Za-z]:)?[^:\\s][^:]*)'

/** Phan's text, and its pylint form. The text does not grade; pylint's letter does. Source: Phan's wiki and its Output/Printer classes. */
export const phan = linePattern({
  tool: 'phan',
  kind: 'lint',
  might: line => line.includes(' Phan') || line.includes(' Syntax'),
  match: [
    new RegExp(`^${file}:(?<line>\\d{1,9}) (?<rule>Phan[A-Z]\\w+|Syntax\\w+) (?<message>\\S.*)$`),
    new RegExp(`^${file}:(?<line>\\d{1,9}): \\[(?<level>[EWCR])\\d+\\] (?<rule>Phan[A-Z]\\w+|Syntax\\w+)(?:\\(\\w+\\))?:? (?<message>\\S.*)$`),
  ],
  level: ({ level }) => (level === 'E' ? 'error' : level === 'C' || level === 'R' ? 'note' : 'warning'),
})
