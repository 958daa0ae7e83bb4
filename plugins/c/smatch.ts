import { linePattern, marksPlace } from '../../core/parse/index.ts'
import { isSource } from './grammar/sources.ts'

/** smatch: `file.c:12 function() error: text`. */
export const smatch = linePattern({
  tool: 'smatch',
  kind: 'lint',
  might: text => marksPlace(text) && text.includes('() '),
  match: /^(?<file>[^\s:][^:]{0,1000}):(?<line>\d{1,9}) (?<function>[\w.$]{1,200}\(\)) (?:\[\w{1,20}\] )?(?<level>error|warn|warning|info|parse error): (?<message>.*)$/,
  level: groups => groups['level']?.endsWith('error') ? 'error' : groups['level'] === 'info' ? 'note' : 'warning',
  map: finding => isSource(finding.file ?? '') ? finding : undefined,
})
