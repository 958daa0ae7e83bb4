import { linePattern } from '../../core/parse/index.ts'
import { ruleAtEnd } from './frames.ts'

/** JavaScript Standard Style (and semistandard, ts-standard): `  /a.js:1:2: message (rule)`, two blanks in front. */
export const standard = linePattern({
  tool: 'standard',
  kind: 'lint',
  match: /^ {2}(?<file>(?:[A-Za-z]:)?[^\s:][^:]*):(?<line>\d+):(?<column>\d+): (?<message>\S.*\))$/,
  level: groups => (groups.message?.endsWith(' (warning)') ? 'warning' : 'error'),
  map(finding) {
    const bare = finding.message.replace(/ \(warning\)$/, '')
    const said = ruleAtEnd(bare)
    // Without a rule in brackets the line is somebody else's.
    return said.message === bare ? undefined : { ...finding, ...said }
  },
})
