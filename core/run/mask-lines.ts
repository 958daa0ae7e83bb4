/** Whoever breaks base64 into lines makes them longer than this: 76 characters (coreutils, MIME) or 64 (PEM). */
export const shortestLine = 40

/** A text without the ends of lines that base64 may have been broken at. */
export interface Joined {
  text: string
  /** Where a place of it is in the text that it was made of. */
  placeOf(at: number): number
}

/** Undefined where no line ends in so much that could be base64. `before` is how much of that stood right before the text. */
export function joinLines(text: string, before: number): Joined | undefined {
  const cuts = [...text.matchAll(/\r?\n|\r$/g)].filter(({ index }) => runBefore(text, index, before) >= shortestLine)
  if (cuts.length === 0) return undefined
  const parts: string[] = []
  /** Where each part begins: in what is made, and in the text. */
  const starts = [{ made: 0, given: 0 }]
  let made = 0
  let given = 0
  for (const { index, 0: { length } } of cuts) {
    parts.push(text.slice(given, index))
    made += index - given
    given = index + length
    starts.push({ made, given })
  }
  return {
    text: parts.join('') + text.slice(given),
    placeOf(at) {
      const start = starts.findLast(one => one.made <= at)
      return start ? at - start.made + start.given : at
    },
  }
}

/** How many characters of base64 stand right before a place, as far as anybody wants to know. */
export function runBefore(text: string, at: number, before: number): number {
  let from = at
  while (from > 0 && at - from < shortestLine && /[\w+/-]/.test(text[from - 1] ?? '')) from--
  return from === 0 ? Math.min(shortestLine, at + before) : at - from
}
