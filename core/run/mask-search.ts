/** Where something stands in a text. */
export interface Range { from: number; to: number }

/** Many fixed texts that are looked for at once. An expression of all of them would be too large for a secret of many lines. */
export interface Searcher {
  /** Where they are, the longest where several begin alike, and where the end begins that could still become one. */
  in(text: string): { ranges: Range[]; from: number }
}

/** Of texts of bytes, each at least `head` long. Two bytes tell of most places that nothing begins there, `head` of nearly all others. */
export function searcherOf(patterns: readonly string[], head: number): Searcher {
  const starts = new Uint8Array(2 ** 16)
  const byHead = new Map<string, string[]>()
  for (const pattern of patterns.toSorted((a, b) => b.length - a.length)) {
    const begin = pattern.slice(0, head)
    byHead.set(begin, [...byHead.get(begin) ?? [], pattern])
    starts[pairAt(pattern, 0)] = 1
  }
  const longest = patterns.reduce((most, { length }) => Math.max(most, length), 0)
  const wholeAt = (text: string, at: number) => starts[pairAt(text, at)] ? byHead.get(text.slice(at, at + head))?.find(pattern => text.startsWith(pattern, at))?.length ?? 0 : 0
  const isBegun = (text: string, at: number) => {
    const left = text.length - at
    if (left > 1 && !starts[pairAt(text, at)]) return false
    const rest = text.slice(at)
    const candidates = left < head ? patterns : byHead.get(text.slice(at, at + head)) ?? []
    return candidates.some(pattern => pattern.length > left && pattern.startsWith(rest))
  }
  return {
    in(text) {
      const ranges: Range[] = []
      let from: number | undefined
      for (let at = 0; at < text.length;) {
        const length = wholeAt(text, at)
        // What is whole may be the beginning of a longer one, and is not cut for what begins inside of it.
        if (from === undefined && at + longest > text.length && isBegun(text, at)) from = at
        if (length) ranges.push({ from: at, to: at + length })
        at += length || 1
      }
      return { ranges, from: from ?? text.length }
    },
  }
}

const pairAt = (text: string, at: number) => (text.charCodeAt(at) & 255) << 8 | text.charCodeAt(at + 1) & 255
