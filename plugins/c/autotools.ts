import { linePattern, mark, marks } from '../../core/parse/index.ts'

/** configure scripts, and autoconf, automake, aclocal, libtoolize that make them. */
export const autotools = linePattern({
  tool: 'autotools',
  kind: 'build',
  might: text => (marks(text) & mark.colonBlank) !== 0 && /: (?:error|warning|WARNING|ERROR|fatal): |configure: line|is (?:missing on your system|probably too old)\.|^Can't exec /.test(text),
  match: [
    /^(?<tool>configure|autoreconf|aclocal|autoconf|autom4te|automake|autoheader|libtoolize|libtool|autopoint)(?:-\d[\d.]{0,8})?: (?<level>error|warning|WARNING|ERROR|fatal): (?<message>.*)$/,
    /^(?<file>(?:[^\s:][^:]{0,500}\/)?(?:configure\.(?:ac|in)|[\w.-]{1,100}\.(?:am|m4|ac))):(?:(?<line>\d{1,9}):)? (?<level>error|warning): (?<message>.*)$/,
    // automake's script `missing`, which ends with a status; before 1.13 it went on, and told all in one line.
    /^(?<level>WARNING): (?<message>[`'][^\s`']{1,100}' is missing on your system)\. {1,2}You should/,
    /^WARNING: (?<message>'[^\s']{1,100}' is (?:missing on your system|probably too old))\.$/,
    // Perl, for autoreconf and its like.
    /^(?<message>Can't exec "[^"]{1,200}": .{1,200}?) at \/.{1,300} line \d{1,6}\.$/,
    /^(?<file>(?:\.\/|\/[^\s:]{1,500}\/)?configure): line (?<line>\d{1,9}): (?<message>.*)$/,
  ],
  level: groups => /^warning$/i.test(groups['level'] ?? 'error') ? 'warning' : 'error',
})
