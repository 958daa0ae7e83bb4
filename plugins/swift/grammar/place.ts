/** `file:line:column: word: message`, as compilers and linters of Apple's world print it. The file may have blanks and a drive; Tailor aligns the words. */
export const place = /^(?<file>(?:[A-Za-z]:[\\/])?[^\s:](?:[^:]{0,1000}[^\s:])?):(?<line>\d{1,9}):(?:(?<column>\d{1,9}):)? {1,20}(?<word>fatal error|error|warning|note|remark|info): (?<message>\S.*)$/

export type Place = Record<'file' | 'line' | 'column' | 'word' | 'message', string | undefined>
