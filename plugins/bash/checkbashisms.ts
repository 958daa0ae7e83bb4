import { linePattern } from '../../core/parse/index.ts'

/** checkbashisms of Debian's devscripts. The line behind a finding repeats the source. */
export const checkbashisms = linePattern({
  tool: 'checkbashisms',
  kind: 'lint',
  might: text => text.charCodeAt(0) === 112 || text.charCodeAt(0) === 101,
  match: [
    /^possible bashism in (?<file>.{1,1000}) line (?<line>\d+) \((?<message>.+)\):$/,
    /^(?<level>error): (?<file>[^:]+): (?<message>Unterminated .{1,200}), opened in line (?<line>\d+)$/,
  ],
})
