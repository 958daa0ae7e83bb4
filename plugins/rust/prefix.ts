import type { LineParser } from '../../core/contract.ts'
import { remembering } from '../../core/parse/index.ts'

/** What build services put before a line: GitHub's and GitLab's time, a time in brackets, BuildKit's `#12 3.456 `. */
const prefix = /^(?:\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z (?:\d\d[OE][ +])?|\[\d\d:\d\d:\d\d(?:\.\d{1,6})?\] |#\d{1,4} \d{1,6}\.\d{1,3} )/

export const bare: (line: string) => string = remembering(line => {
  const c = line.charCodeAt(0)
  return c === 35 || c === 91 || c >= 48 && c <= 57 ? line.replace(prefix, '') : line
})

/** The same parser, for lines as the tool printed them. */
export function unprefixed(parser: LineParser): LineParser {
  return {
    ...parser,
    lines(context) {
      const reader = parser.lines(context)
      return { line: text => reader.line(bare(text)), end: () => reader.end?.() }
    },
  }
}
