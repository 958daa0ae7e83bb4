import { linePattern } from '../../core/parse/index.ts'
import type { Level } from '../../core/contract.ts'
import { isSource } from './grammar/sources.ts'

const levels: Readonly<Record<string, Level>> = { error: 'error', warning: 'warning', info: 'note', note: 'note', supplemental: 'note' }

/** PC-lint and FlexeLint in the formats of their `env-*.lnt` files: `file(12): warning 529: text`, `file  12  Warning 529: text`. */
export const pclint = linePattern({
  tool: 'pclint',
  kind: 'lint',
  might: text => text.includes(':') && /(?:rror|arning|nfo|ote) (?:-- )?\d{1,5}[\]):]/.test(text),
  match: [
    /^(?<file>\S.{0,1000}?)\((?<line>\d{1,9})\): (?<level>[Ee]rror|[Ww]arning|[Ii]nfo|[Nn]ote) (?<rule>\d{1,5}): (?<message>.*)$/,
    /^(?<file>\S{1,1000}) {1,4}(?<line>\d{1,9})(?: {1,4}(?<column>\d{1,9}))? {1,4}(?<level>Error|Warning|Info|Note) (?<rule>\d{1,5}): (?<message>.*)$/,
    /^(?<file>\S.{0,1000}?):(?<line>\d{1,9})(?::(?<column>\d{1,9}))?:? (?:\[|\()?(?<level>Error|Warning|Info|Note) (?:-- )?(?<rule>\d{1,5})[\]):] ?(?<message>.*)$/,
  ],
  level: groups => levels[(groups['level'] ?? '').toLowerCase()] ?? 'warning',
  map: finding => isSource(finding.file ?? '') ? finding : undefined,
})
