/** A line as far as it says something: without indentation, runs of white space as one. */
export function normalLine(line: string): string {
  return line.replace(/\s+/g, ' ').trim().slice(0, 1000)
}

/** A message without the numbers in it, which change with the code around. */
export function blanked(message: string): string {
  return message.replace(/\d+/g, '#').replace(/\s+/g, ' ').trim()
}

/** Words and signs of a text, with how often each comes. */
function tokensOf(text: string): Map<string, number> {
  const tokens = new Map<string, number>()
  for (const token of text.slice(0, 1000).match(/\w+|[^\w\s]/g) ?? []) tokens.set(token, (tokens.get(token) ?? 0) + 1)
  return tokens
}

/** From 0, nothing in common, to 1, the same words and signs: Dice's coefficient, a sign weighing a quarter of a word. */
export function likeness(a: string, b: string): number {
  if (a === b) return 1
  const [left, right] = [tokensOf(a), tokensOf(b)]
  let common = 0
  for (const [token, count] of left) common += Math.min(count, right.get(token) ?? 0) * weight(token)
  const all = total(left) + total(right)
  return all === 0 ? 0 : 2 * common / all
}

const weight = (token: string) => /\w/.test(token) ? 1 : 0.25

function total(tokens: ReadonlyMap<string, number>): number {
  let sum = 0
  for (const [token, count] of tokens) sum += count * weight(token)
  return sum
}

/** A file's lines, or some of them, read as normal lines. Each is normalised once. */
export class Lines {
  readonly #start: number
  readonly #lines: readonly string[]
  readonly #normal: (string | undefined)[] = []

  constructor({ start, lines }: { start: number; lines: readonly string[] }) {
    this.#start = start
    this.#lines = lines
  }

  /** Undefined outside of what is known. */
  at(line: number): string | undefined {
    const index = line - this.#start
    const known = this.#normal[index]
    if (known !== undefined) return known
    const text = this.#lines[index]
    return text === undefined ? undefined : this.#normal[index] = normalLine(text)
  }

  /** The column counted from the line's first character that is not white space. */
  inner(line: number, column: number): number {
    return column - (/^\s*/.exec(this.#lines[line - this.#start] ?? '')?.[0].length ?? 0)
  }

  /** The nearest line above (-1) or below (1) that is not blank, and its number; nothing where none is near. */
  beside(line: number, step: -1 | 1): { line: number; text: string } | undefined {
    for (let at = line + step, left = 5; left > 0; at += step, left--) {
      const text = this.at(at)
      if (text === undefined) return undefined
      if (text !== '') return { line: at, text }
    }
    return undefined
  }
}

/** How many lines above (-1) or below (1) two places agree, blank ones not counted, at most `most`. */
export function agreement(a: Lines, lineA: number, b: Lines, lineB: number, step: -1 | 1, most: number): number {
  let count = 0
  let left = a.beside(lineA, step)
  let right = b.beside(lineB, step)
  while (count < most && left && right && left.text === right.text) {
    count++
    left = a.beside(left.line, step)
    right = b.beside(right.line, step)
  }
  return count
}
