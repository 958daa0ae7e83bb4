/**
 * Answers a question about a line once, although fifty parsers ask it of the same line one after the other.
 * `ask` must depend on the line alone.
 */
export function remembering<T>(ask: (line: string) => T): (line: string) => T {
  let last = ''
  let answer = ask(last)
  return line => {
    if (line !== last) {
      answer = ask(line)
      last = line
    }
    return answer
  }
}

/** What most lines of a log lack, and most findings have. */
export const mark = {
  /** A colon before a digit: `file:12`. */
  colonDigit: 1,
  /** A colon (ASCII's or the full-width one) before a blank: `error: text`. Any character beyond ASCII counts as a blank. */
  colonBlank: 2,
  /** A parenthesis before a digit: `file(12)`. */
  parenthesisDigit: 4,
} as const

/** The marks of a line: what a reader with nothing pending looks at before it tries any pattern. */
export const marks: (line: string) => number = remembering(line => {
  let found = 0
  // Searching for one character is what an engine does fastest.
  for (let at = line.indexOf(':'); at >= 0 && found !== (mark.colonDigit | mark.colonBlank); at = line.indexOf(':', at + 1)) found |= behindColon(line.charCodeAt(at + 1))
  for (let at = line.indexOf('\uff1a'); at >= 0; at = line.indexOf('\uff1a', at + 1)) found |= behindColon(line.charCodeAt(at + 1))
  for (let at = line.indexOf('('); at >= 0 && !(found & mark.parenthesisDigit); at = line.indexOf('(', at + 1)) found |= isDigit(line.charCodeAt(at + 1)) ? mark.parenthesisDigit : 0
  return found
})

function behindColon(c: number): number {
  return isDigit(c) ? mark.colonDigit : c <= 32 || c >= 128 ? mark.colonBlank : 0
}

function isDigit(c: number): boolean { return c >= 48 && c <= 57 }

/** Whether nothing but blanks stands there. */
export function isBlank(line: string): boolean {
  const c = line.charCodeAt(0)
  return !(c > 32 && c < 128) && !/\S/.test(line)
}

/** The places that most tools print, `file:12: text` and `file:12:5: text`: a number and a blank, both behind a colon. */
export function marksPlace(line: string): boolean {
  return (marks(line) & (mark.colonDigit | mark.colonBlank)) === (mark.colonDigit | mark.colonBlank)
}
