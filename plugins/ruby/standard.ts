import { linePattern } from '../../core/parse/index.ts'
import { plain } from './rubocop.ts'

/**
 * Standard Ruby's own format: indented places below `standard: Use Ruby Standard Style`. It grades nothing: everything fails alike.
 * Source: standard's README ("Usage") and its formatter.
 */
export const standard = linePattern({
  tool: 'standard',
  kind: 'lint',
  level: 'error',
  might: line => line.charCodeAt(0) === 32 && line.charCodeAt(1) === 32 && line.includes(': '),
  match: /^ {2}(?<file>(?:[A-Za-z]:)?[^:\s][^:]*):(?<line>\d{1,9}):(?<column>\d{1,9}): (?:\[Correctable\] )?(?<rule>[A-Z]\w*(?:\/[A-Z]\w*)+): (?<message>\S.*)$/,
  map: finding => ({ ...finding, message: plain(finding.message) }),
})
