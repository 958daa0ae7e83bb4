import { linePattern } from '../../core/parse/index.ts'

/** Sorbet's `srb tc`: the code, what was got and what was wanted follow indented. Source: Sorbet's documentation, "Error Reference". */
export const sorbet = linePattern({
  tool: 'sorbet',
  kind: 'lint',
  level: 'error',
  might: line => line.includes(' https://srb.help/'),
  match: /^(?<file>(?:[A-Za-z]:)?[^:\s][^:]*):(?<line>\d{1,9}): (?<message>\S.*?) https:\/\/srb\.help\/(?<rule>\d+)$/,
  map: (finding, { rule }) => ({ ...finding, help: { url: `https://srb.help/${rule}` } }),
  continues: line => /^\s+\S/.test(line),
})
