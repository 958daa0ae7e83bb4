/**
 * The code under an arrow: `12 |     let x = 1;`, and below it what is marked: `   |         ^ label`.
 * Tabs are printed as four blanks, so that marks stand elsewhere than the column says; such lines are passed over.
 */
export class Excerpt {
  readonly #line: number
  readonly #column: number
  #code: string | undefined

  constructor(line: number, column: number) {
    this.#line = line
    this.#column = column
  }

  /** What is marked at the place, once the line with the marks comes. */
  line(text: string): { text: string; endColumn: number } | undefined {
    const bar = text.indexOf('|')
    if (bar < 0 || bar > 12) return undefined
    const number = text.slice(0, bar).trim()
    const rest = text.slice(bar + 2)
    if (number !== '') {
      this.#code = Number(number) === this.#line ? rest : undefined
      return undefined
    }
    const code = this.#code
    this.#code = undefined
    const start = this.#column - 1
    if (code === undefined || rest.charCodeAt(start) !== caret || rest.charCodeAt(start - 1) === caret) return undefined
    let end = start
    while (rest.charCodeAt(end) === caret) end++
    return { text: code.slice(start, end), endColumn: end + 1 }
  }
}

const caret = 94
