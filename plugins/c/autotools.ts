import { linePattern, mark, marks } from '../../core/parse/index.ts'

/** configure scripts, and autoconf, automake, aclocal, libtoolize that make them. */
export const autotools = linePattern({
  tool: 'autotools',
  kind: 'build',
  might: text => (marks(text) & mark.colonBlank) !== 0 && /: (?:error|warning|WARNING|ERROR|fatal): |configure: line/.test(text),
  match: [
    /^(?<tool>configure|autoreconf|aclocal|autoconf|autom4te|automake|autoheader|libtoolize|libtool|autopoint)(?:-\d[\d.]{0,8})?: (?<level>error|warning|WARNING|ERROR|fatal): (?<message>.*)$/,
    /^(?<file>(?:[^\s:][^:]{0,500}\/)?(?:configure\.(?:ac|in)|[\w.-]{1,100}\.(?:am|m4|ac))):(?:(?<line>\d{1,9}):)? (?<level>error|warning): (?<message>.*)$/,
    /^(?<file>(?:\.\/|\/[^\s:]{1,500}\/)?configure): line (?<line>\d{1,9}): (?<message>.*)$/,
  ],
  level: groups => /^warning$/i.test(groups['level'] ?? 'error') ? 'warning' : 'error',
})
