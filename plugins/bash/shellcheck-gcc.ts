import { linePattern, marksPlace } from '../../core/parse/index.ts'
import { wiki } from './shellcheck.ts'

/** `shellcheck -f gcc`. */
export const shellcheckGcc = linePattern({
  tool: 'shellcheck',
  kind: 'lint',
  might: text => text.endsWith(']') && marksPlace(text),
  match: /^(?<file>[^:\s][^:]*):(?<line>\d+):(?<column>\d+): (?<level>error|warning|note): (?<message>.+) \[(?<rule>SC\d{4})\]$/,
  map: finding => ({ ...finding, ...(finding.rule ? { help: { url: wiki(finding.rule) } } : {}) }),
})
