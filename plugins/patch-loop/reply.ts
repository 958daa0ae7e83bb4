import { linesOf, type Edit } from './edits.ts'

/** What a model's text asks for. Several edits may concern one file. */
export type Reply = { kind: 'edits'; edits: readonly Edit[] } | { kind: 'files'; files: ReadonlyMap<string, string> } | { kind: 'diff'; diff: string } | { kind: 'nothing' } | { kind: 'broken'; why: string }

const search = /^(?<mark><{5,}) ?SEARCH\b/
/** As long as the mark that began the block, so that a longer one can hold the shorter. */
const middle = (length: number) => new RegExp(`^={${length}}$`)
const replace = (length: number) => new RegExp(`^>{${length}} ?REPLACE\\b`)
const fence = /^(?: {0,3})(?<mark>`{3,}|~{3,})(?<info>[^`]*)$/

/** SEARCH/REPLACE blocks, else a unified diff, else whole files named by a line above their fence. */
export function readReply(text: string): Reply {
  const lines = text.replaceAll('\r\n', '\n').split('\n')
  const edits = blocksOf(lines)
  if ('why' in edits) return { kind: 'broken', ...edits }
  if (edits.length > 0) return { kind: 'edits', edits }
  const diff = diffOf(lines)
  if (diff !== undefined) return { kind: 'diff', diff }
  const files = filesOf(lines)
  if (!files) return { kind: 'broken', why: 'a whole file holds fences of its own, so its end cannot be told: put it within longer ones' }
  return files.size > 0 ? { kind: 'files', files } : { kind: 'nothing' }
}

/** All of them or none: half of an answer is another answer. */
function blocksOf(lines: readonly string[]): Edit[] | { why: string } {
  const edits: Edit[] = []
  let file: string | undefined
  // Lines of the fence that has begun above: a block stands at its begin, else it is a part of what the fence holds.
  let before: number | undefined
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? ''
    const length = search.exec(line)?.groups?.mark?.length
    if (length === undefined) {
      if (/^>{5,} ?REPLACE\b/.test(line)) return { why: 'a SEARCH/REPLACE block has no begin' }
      if (fence.test(line)) before = before === undefined ? 0 : undefined
      else if (line.trim() !== '') {
        if (before !== undefined) before++
        // A second block without a name of its own is of the same file.
        file = pathIn(line)
      }
      continue
    }
    if (before !== undefined && before > 1) return { why: 'a SEARCH/REPLACE block stands within a text: it cannot be told whether it is meant' }
    const between = find(lines, at + 1, middle(length))
    const end = between === undefined ? undefined : find(lines, between + 1, replace(length))
    if (between === undefined || end === undefined) return { why: 'a SEARCH/REPLACE block has no end' }
    if (file === undefined) return { why: 'a SEARCH/REPLACE block does not name its file on the line above' }
    const inside = lines.slice(at + 1, end)
    if (inside.filter(one => middle(length).test(one)).length > 1 || inside.some(one => search.test(one) && one.startsWith('<'.repeat(length)))) return { why: 'a SEARCH/REPLACE block holds lines that look like its own marks: make its marks longer, all three of the same length' }
    edits.push({ file, search: lines.slice(at + 1, between).join('\n'), replace: lines.slice(between + 1, end).join('\n') })
    at = end
    if (before !== undefined) before = 0
  }
  return edits
}

function find(lines: readonly string[], from: number, pattern: RegExp): number | undefined {
  for (let at = from; at < lines.length; at++) if (pattern.test(lines[at] ?? '')) return at
  return undefined
}

/** `src/a.ts`, `**src/a.ts**`, `### File: src/a.ts`: a line of one word, which may name a file. */
function pathIn(line: string): string | undefined {
  const bare = line.trim().replace(/^[#>*\s]+/, '').replace(/^(?:File|FILE|Path)\s*:\s*/, '').replace(/[*`:]+$/, '').replace(/^[*`]+/, '').trim()
  return bare.length > 0 && bare.length < 300 && !/\s/.test(bare) && !fence.test(line) ? bare : undefined
}

/** From the first header on, to the end of its fence or of the text. A fence that the diff itself holds has a blank, + or - before it. */
function diffOf(lines: readonly string[]): string | undefined {
  const start = lines.findIndex((line, at) => line.startsWith('diff --git ') || (line.startsWith('--- ') && (lines[at + 1] ?? '').startsWith('+++ ')))
  if (start < 0) return undefined
  const body: string[] = []
  for (const line of lines.slice(start)) {
    if (/^(?:`{3}|~{3})/.test(line)) break
    body.push(line)
  }
  // A blank alone is an empty line of the file.
  while (body.at(-1) === '') body.pop()
  return body.some(line => line.startsWith('@@') || /^(?:new|deleted|old) (?:file )?mode /.test(line) || line.startsWith('rename ')) ? `${body.join('\n')}\n` : undefined
}

/** Undefined where a file holds fences of its own, and it cannot be told which ends it. */
function filesOf(lines: readonly string[]): Map<string, string> | undefined {
  const files = new Map<string, string>()
  let name: string | undefined
  for (let at = 0; at < lines.length; at++) {
    const { mark } = fence.exec(lines[at] ?? '')?.groups ?? {}
    if (mark === undefined) {
      name = pathIn(lines[at] ?? '') ?? ((lines[at] ?? '').trim() === '' ? name : undefined)
      continue
    }
    const end = endOf(lines, at, mark)
    const isNext = files.size === 0 || (name !== undefined && /[./]/.test(name))
    if (!isNext || (end === undefined && name !== undefined)) return undefined
    if (end === undefined) break
    const held = lines.slice(at + 1, end)
    if (name !== undefined && (/\.(?:md|mdx|markdown|rst|adoc|txt)$/i.test(name) || held.some(line => fence.test(line))) && lines.slice(end + 1).some(line => isFence(line, mark))) return undefined
    if (name !== undefined) files.set(name, `${held.join('\n')}\n`)
    name = undefined
    at = end
  }
  return files
}

/** Whether a fence of that mark begins or ends there. */
function isFence(line: string, mark: string): boolean {
  const found = fence.exec(line)?.groups?.mark
  return found !== undefined && found[0] === mark[0] && found.length >= mark.length
}

/** The line that ends a fence. One that says what it holds begins another within. */
function endOf(lines: readonly string[], start: number, mark: string): number | undefined {
  let depth = 1
  for (let at = start + 1; at < lines.length; at++) {
    const line = lines[at] ?? ''
    if (!isFence(line, mark)) continue
    depth += fence.exec(line)?.groups?.info?.trim() === '' ? -1 : 1
    if (depth === 0) return at
  }
  return undefined
}

/** A diff's hunks as edits, for when its line numbers and counts are wrong. Undefined where it does more than change texts. */
export function editsOfDiff(diff: string): Edit[] | undefined {
  const edits: Edit[] = []
  let file: string | undefined
  let hunk: string[] | undefined
  const flush = () => {
    const edit = hunk && file !== undefined ? editOf(file, hunk) : undefined
    if (edit && edit.search !== edit.replace) edits.push(edit)
    hunk = undefined
  }
  for (const line of linesOf(diff)) {
    if (/^(?:old mode|new mode|rename |copy |deleted file|Binary files|GIT binary)/.test(line)) return undefined
    if (line.startsWith('diff --git ') || line.startsWith('--- ') && !hunk) { flush(); continue }
    if (line.startsWith('+++ ')) {
      flush()
      file = line.slice(4).replace(/\t.*$/, '').replace(/^b\//, '').trim()
      if (file === '/dev/null') return undefined
    } else if (line.startsWith('@@')) {
      flush()
      hunk = []
    } else if (hunk && !line.startsWith('\\')) hunk.push(line)
  }
  flush()
  return edits
}

/** A repair has few places. */
const mostParts = 20
const isChange = (line: string) => line.startsWith('-') || line.startsWith('+')

function editOf(file: string, hunk: readonly string[]): Edit {
  const side = (lines: readonly string[], without: string) => lines.filter(line => !line.startsWith(without)).map(line => line.slice(1)).join('\n')
  const edit = (lines: readonly string[]): Edit => ({ file, search: side(lines, '+'), replace: side(lines, '-') })
  const parts = piecesOf(hunk).filter(part => part.some(isChange))
  return parts.length > 1 && parts.length <= mostParts ? { ...edit(hunk), parts: parts.map(edit) } : edit(hunk)
}

/** A hunk cut amid the lines between its changes: some may have been left out there. */
function piecesOf(hunk: readonly string[]): string[][] {
  const parts: string[][] = []
  let from = 0
  // The line after the last change; none yet.
  let after: number | undefined
  for (const [at, line] of hunk.entries()) {
    if (!isChange(line)) continue
    if (after !== undefined && at - after > 1) {
      const cut = after + Math.floor((at - after) / 2)
      parts.push(hunk.slice(from, cut))
      from = cut
    }
    after = at + 1
  }
  return [...parts, hunk.slice(from)]
}
