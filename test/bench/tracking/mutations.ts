import type { Snapshot } from './snapshot.ts'
import type { Origin, Origins } from './truth.ts'

/** A line of a mutated file, with where it was before; none for one that was not there. */
interface Line { text: string; from?: Origin }
export type Tree = Map<string, Line[]>

/** What a mutation works on: a few files of one commit, and chance. */
export interface Bed { tree: Tree; path: string; flagged: ReadonlySet<number>; comment: string; python: boolean; chance: (below: number) => number }

/** Every planted change; answers whether it could be planted. */
export const mutations: Readonly<Record<string, (bed: Bed) => boolean>> = {
  'insert above': bed => insertForeign(bed, at => at.start),
  'insert below': bed => insertForeign(bed, at => at.end),
  'reindent': reindent,
  'rename': rename,
  'move within a file': moveWithin,
  'move to another file': moveAcross,
  'duplicate': duplicate,
  'swap flagged lines': swap,
  'edit a flagged line': edit,
}

export const originsOf = (tree: Tree): Origins => new Map([...tree].map(([path, lines]) => [path, lines.map(line => line.from)]))

export function treeOf({ files }: Snapshot): Tree {
  return new Map([...files].map(([file, lines]) => [file, lines.map((text, at) => ({ text, from: { file, line: at + 1 } }))]))
}

/** Repeatable: a small generator (mulberry32). */
export function chanceOf(seed: number): (below: number) => number {
  let state = seed >>> 0
  return below => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}

interface Block { start: number; end: number }

const opening = /^(?:async function|function|class|def|async def|exports?\.|module\.exports\.|[A-Za-z_]\w*\(\)\s*\{|[A-Z]\w*\.prototype\.)/

/** Functions and classes that begin in the first column and end before the next line there that is no closing bracket. */
function blocksOf(lines: readonly Line[]): Block[] {
  const blocks: Block[] = []
  for (let start = 0; start < lines.length; start++) {
    if (!opening.test(lines[start]!.text)) continue
    let end = start + 1
    while (end < lines.length && !/^[^\s})\]]/.test(lines[end]!.text)) end++
    while (end > start + 1 && lines[end - 1]!.text.trim() === '') end--
    if (end - start >= 3) blocks.push({ start, end })
    start = end - 1
  }
  return blocks
}

const some = <T>(list: readonly T[], chance: Bed['chance']): T | undefined => list[chance(Math.max(1, list.length))]
const linesOf = ({ tree, path }: Bed) => tree.get(path) ?? []
const fresh = (lines: readonly Line[]): Line[] => [{ text: '' }, ...lines.map(({ text }) => ({ text })), { text: '' }]

/** A copy under another name: two functions of one name are an error in some languages. */
const renamed = (lines: readonly Line[], chance: Bed['chance']): Line[] => fresh(lines).map((line, at) => at === 1 ? { text: line.text.replace(/^((?:async )?(?:function|class|def)\s+\w+|[\w.]+)/, `$1${chance(1000)}`) } : line)

function insertForeign(bed: Bed, where: (block: Block) => number): boolean {
  const others = [...bed.tree].filter(([path]) => path !== bed.path).flatMap(([, lines]) => blocksOf(lines).map(block => lines.slice(block.start, block.end)))
  const block = some(blocksOf(linesOf(bed)), bed.chance)
  const foreign = some(others, bed.chance)
  if (!block || !foreign) return false
  linesOf(bed).splice(where(block), 0, ...renamed(foreign, bed.chance))
  return true
}

function reindent(bed: Bed): boolean {
  const block = some(blocksOf(linesOf(bed)).filter(({ start }) => /^(?:async )?(?:function|def|class)|^\w+\(\)/.test(linesOf(bed)[start]!.text)), bed.chance)
  if (!block) return false
  const inner = linesOf(bed).slice(block.start, block.end).map(line => ({ ...line, text: line.text === '' ? '' : `    ${line.text}` }))
  linesOf(bed).splice(block.start, inner.length, { text: bed.python ? 'if True:' : '{' }, ...inner, ...(bed.python ? [] : [{ text: '}' }]))
  return true
}

function rename(bed: Bed): boolean {
  const to = bed.path.replace(/(?<name>[^/]+)(?<extension>\.\w+)$/, `moved/$<name>_${bed.chance(1000)}$<extension>`)
  bed.tree.set(to, linesOf(bed))
  bed.tree.set(bed.path, [])
  return true
}

function moveWithin(bed: Bed): boolean {
  const blocks = blocksOf(linesOf(bed))
  const [from, to] = [bed.chance(Math.max(1, blocks.length)), bed.chance(Math.max(1, blocks.length))]
  if (Math.abs(from - to) < 2) return false
  const target = linesOf(bed)[blocks[to]!.start]!
  const moved = linesOf(bed).splice(blocks[from]!.start, blocks[from]!.end - blocks[from]!.start)
  linesOf(bed).splice(linesOf(bed).indexOf(target), 0, ...moved, { text: '' })
  return true
}

function moveAcross(bed: Bed): boolean {
  const block = some(blocksOf(linesOf(bed)), bed.chance)
  const other = some([...bed.tree].filter(([path, lines]) => path !== bed.path && lines.length > 0), bed.chance)
  if (!block || !other) return false
  const moved = linesOf(bed).splice(block.start, block.end - block.start)
  const at = some(blocksOf(other[1]), bed.chance)?.end ?? other[1].length
  other[1].splice(at, 0, { text: '' }, ...moved, { text: '' })
  return true
}

function duplicate(bed: Bed): boolean {
  const block = some(blocksOf(linesOf(bed)), bed.chance)
  if (!block) return false
  linesOf(bed).splice(block.end, 0, ...renamed(linesOf(bed).slice(block.start, block.end), bed.chance))
  return true
}

/** Two flagged statements change places, so that one's rule stands on the other's line. */
function swap(bed: Bed): boolean {
  const lines = linesOf(bed)
  const whole = (at: number) => bed.python ? /^\s+\w[^#:"']*[^\s:,([{]$/.test(lines[at]?.text ?? '') : /^\s+\w.*;$/.test(lines[at]?.text ?? '')
  const indent = (at: number) => /^\s*/.exec(lines[at]?.text ?? '')?.[0].length
  const found = some([...bed.flagged].map(line => line - 1).filter(at => whole(at) && whole(at + 1) && indent(at) === indent(at + 1)), bed.chance)
  if (found === undefined) return false
  lines.splice(found, 2, lines[found + 1]!, lines[found]!)
  return true
}

function edit(bed: Bed): boolean {
  const lines = linesOf(bed)
  const at = some([...bed.flagged].map(line => line - 1).filter(index => /\w{3}/.test(lines[index]?.text ?? '') && !/['"`]{3}|\\$/.test(lines[index]!.text)), bed.chance)
  const line = at === undefined ? undefined : lines[at]
  if (at === undefined || !line?.from) return false
  const ways = [
    (text: string) => `${text} ${bed.comment} see the notes`,
    (text: string) => text.replace(/\b([a-z]\w{2,})\b(?=[.,)\]])/, '$1Other'),
    (text: string) => text.replace(/\b(\d+)\b/, '1$1'),
    (text: string) => text.replace(/\(([^()]+)\)/, '($1, extra)'),
  ]
  const text = ways[bed.chance(ways.length)]!(line.text)
  if (text === line.text) return false
  lines[at] = { text, from: { ...line.from, edited: true } }
  return true
}
