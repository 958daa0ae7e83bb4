import { linePattern } from '../../core/parse/index.ts'

const severities = '(?<level>error|warning|information|hint)'

/** `steep check`: `file:1:6: [error] message`, then a box that ends with the diagnostic's name and the code. Source: Steep's manual, "Ruby diagnostics". */
export const steep = linePattern({
  tool: 'steep',
  kind: 'lint',
  match: new RegExp(`^(?<file>(?:[A-Za-z]:)?[^:\\s][^:]*):(?<line>\\d{1,9}):(?<column>\\d{1,9}): \\[${severities}\\] (?<message>\\S.*)$`),
  might: line => line.includes(': ['),
  map: finding => ({ ...finding, column: finding.column === undefined ? undefined : finding.column + 1 }),
  continues(line, finding) {
    const id = /^[│|] Diagnostic ID: (?<id>[\w:]+)$/.exec(line)?.groups?.id
    if (id) finding.rule = id
    return /^[│└|] ?|^ +~+$/.test(line)
  },
})
