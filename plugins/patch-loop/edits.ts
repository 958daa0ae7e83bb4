/** A piece of a file's text and what shall stand there instead. An empty search makes a new file. */
export interface Edit {
  file: string; search: string; replace: string
  /** The same in pieces, in order, between which lines may have been left out. */
  parts?: readonly Edit[]
}

/** Languages in which the depth of a line is its meaning: a match that does not look at white space may be another place. */
const indented = /(?:\.(?:pyi?|pyx|ya?ml|mk|haml|pug|sass|coffee|nim|fs|fsx|hs|slim|styl|rst|md)|(?:^|\/)(?:GNU)?[Mm]akefile)$/

export type Replaced = { text: string; flexible: boolean } | { refused: string }

/** One edit in a file's text. The piece must be there exactly once; white space may differ where it has no meaning. */
export function replaceIn(text: string, edit: Edit): Replaced {
  const whole = replaceOne(text, edit)
  if (!('refused' in whole) || !edit.parts) return whole
  let done = text
  let below = 0
  for (const part of edit.parts) {
    const found = places(linesOf(done), linesOf(part.search), (a, b) => a === b)
    const next = replaceOne(done, part)
    const [at = -1] = found
    // Each piece says exactly what is there, once, below the one before.
    if (found.length !== 1 || at < below || 'refused' in next || next.flexible) return whole
    done = next.text
    below = at + linesOf(part.replace).length
  }
  return { text: done, flexible: false }
}

function replaceOne(text: string, edit: Edit): Replaced {
  const crlf = /\r\n/.test(text) && !/(?<!\r)\n/.test(text)
  const lines = linesOf(text)
  const { search, replace } = trimmed(linesOf(edit.search), linesOf(edit.replace))
  if (search.length === 0) return { refused: 'the search is empty' }
  const strict = places(lines, search, (a, b) => a === b)
  const isStrict = strict.length > 0
  const found = isStrict || indented.test(edit.file) ? strict : places(lines, search, (a, b) => squeezed(a) === squeezed(b))
  const [at] = found
  if (at === undefined) return { refused: 'the search is not in the file' }
  if (found.length > 1) return { refused: `the search is in the file ${found.length} times` }
  const there = lines.slice(at, at + search.length)
  const result = [...lines.slice(0, at), ...isStrict ? replace : reindented(replace, search, there), ...lines.slice(at + search.length)]
  const joined = result.join('\n') + (result.length > 0 && (text === '' || text.endsWith('\n')) ? '\n' : '')
  return { text: crlf ? joined.replaceAll('\n', '\r\n') : joined, flexible: !isStrict }
}

/** Without line ends; a final newline makes no line. */
export function linesOf(text: string): string[] {
  const lines = text.replaceAll('\r\n', '\n').split('\n')
  if (lines.at(-1) === '') lines.pop()
  return lines
}

/** Blank lines around the search say little; as many are taken off the replacement. */
function trimmed(search: readonly string[], replace: readonly string[]): { search: readonly string[]; replace: readonly string[] } {
  const isBlank = (line: string | undefined) => line !== undefined && line.trim() === ''
  let [start, end, from, to] = [0, search.length, 0, replace.length]
  for (; start < end && isBlank(search[start]); start++) if (from < to && isBlank(replace[from])) from++
  for (; end > start && isBlank(search[end - 1]); end--) if (to > from && isBlank(replace[to - 1])) to--
  return { search: search.slice(start, end), replace: replace.slice(from, to) }
}

const squeezed = (line: string) => line.trim().replaceAll(/\s+/g, ' ')

function places(lines: readonly string[], search: readonly string[], same: (a: string, b: string) => boolean): number[] {
  const found: number[] = []
  for (let at = 0; at + search.length <= lines.length; at++) {
    if (search.every((line, index) => same(lines[at + index] ?? '', line))) found.push(at)
  }
  return found
}

const depth = (line: string) => /^[ \t]*/.exec(line)?.[0] ?? ''

/** The replacement, as deep as the place is. A line that was there before keeps its own white space. */
function reindented(replace: readonly string[], search: readonly string[], there: readonly string[]): string[] {
  const kept = new Map(search.map((line, at) => [line, there[at] ?? line]))
  const before = depth(search.find(line => line.trim() !== '') ?? '')
  const after = depth(there.find(line => line.trim() !== '') ?? '')
  return replace.map(line => {
    const same = kept.get(line)
    if (same !== undefined) return same
    return line.trim() === '' || !line.startsWith(before) ? line : after + line.slice(before.length)
  })
}
