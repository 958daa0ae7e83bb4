import { linePattern, marksPlace } from '../../core/parse/index.ts'
import type { Level } from '../../core/contract.ts'

const levels: Readonly<Record<string, Level>> = { ERROR: 'error', WARNING: 'warning', DEPRECATION: 'warning', NOTICE: 'note' }

/** `meson setup`: `meson.build:3:0: ERROR: …`; columns count from 0 there. */
export const meson = linePattern({
  tool: 'meson',
  kind: 'build',
  might: text => marksPlace(text) && text.includes('meson'),
  match: /^(?:\s{0,20}(?:\|\s?)?)(?<file>(?:[^\s:][^:]{0,500}\/)?meson(?:\.build|\.options|_options\.txt)):(?<line>\d{1,9})(?::(?<zero>\d{1,9}))?: (?<level>ERROR|WARNING|DEPRECATION|NOTICE): (?<message>.*)$/,
  level: groups => levels[groups['level'] ?? ''] ?? 'warning',
  map: (finding, groups) => ({ ...finding, ...groups['zero'] !== undefined && { column: Number(groups['zero']) + 1 } }),
})
