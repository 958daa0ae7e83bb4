import { linePattern, marksPlace } from '../../core/parse/index.ts'
import { ruleAtEnd } from './frames.ts'

const absoluteScript = /^(?:\/|[A-Za-z]:).*\.(?:[cm]?[jt]sx?|vue)$/

/**
 * JavaScript Standard Style (and semistandard, ts-standard): `  /a.js:1:2: message (rule)`, two blanks in front.
 * Before 15 the rule was only told when asked for; then the path must be a script's, and whole.
 */
export const standard = linePattern({
  tool: 'standard',
  kind: 'lint',
  might: text => text.charCodeAt(0) === 32 && marksPlace(text),
  match: /^ {2}(?<file>(?:[A-Za-z]:)?[^\s:][^:]*):(?<line>\d+):(?<column>\d+): (?<message>\S.*[.)])$/,
  level: groups => (groups.message?.endsWith(' (warning)') ? 'warning' : 'error'),
  map(finding) {
    const bare = finding.message.replace(/ \(warning\)$/, '')
    const said = ruleAtEnd(bare)
    return said.message === bare && !absoluteScript.test(finding.file ?? '') ? undefined : { ...finding, ...said }
  },
})
