import { linesOf, type Edit } from './edits.ts'

/** What a model's text asks for. Several edits may concern one file. */
export type Reply = { kind: 'edits'; edits: readonly Edit[] } | { kind: 'files'; files: ReadonlyMap<string, string> } | { kind: 'diff'; diff: string } | { kind: 'nothing' } | { kind: 'broken'; why: string }

const search = /^<{5,9} ?SEARCH\b/
const middle = /^={5,9}$/
const replace = /^>{5,9} ?REPLACE\b/
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
  return files.size > 0 ? { kind: 'files', files } : { kind: 'nothing' }
}

/** All of them or none: half of an answer is another answer. */
function blocksOf(lines: readonly string[]): Edit[] | { why: string } {
  const edits: Edit[] = []
  let file: string | undefined
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? ''
    if (!search.test(line)) {
      // A second block without a name of its own is of the same file.
      if (line.trim() !== '' && !fence.test(line)) file = pathIn(line)
      continue
    }
    const between = find(lines, at + 1, middle)
    const end = between === undefined ? undefined : find(lines, between + 1, replace)
    if (between === undefined || end === undefined) return { why: 'a SEARCH/REPLACE block has no end' }
    if (file === undefined) return { why: 'a SEARCH/REPLACE block does not name its file on the line above' }
    edits.push({ file, search: lines.slice(at + 1, between).join('\n'), replace: lines.slice(between + 1, end).join('\n') })
    at = end
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

/** From the first header on, to the end of its fence or of the text. */
function diffOf(lines: readonly string[]): string | undefined {
  const start = lines.findIndex((line, at) => line.startsWith('diff --git ') || (line.startsWith('--- ') && (lines[at + 1] ?? '').startsWith('+++ ')))
  if (start < 0) return undefined
  const body: string[] = []
  for (const line of lines.slice(start)) {
    if (fence.test(line)) break
    body.push(line)
  }
  while (body.at(-1)?.trim() === '') body.pop()
  return body.some(line => line.startsWith('@@') || /^(?:new|deleted|old) (?:file )?mode /.test(line) || line.startsWith('rename ')) ? `${body.join('\n')}\n` : undefined
}

function filesOf(lines: readonly string[]): Map<string, string> {
  const files = new Map<string, string>()
  let name: string | undefined
  for (let at = 0; at < lines.length; at++) {
    const { mark } = fence.exec(lines[at] ?? '')?.groups ?? {}
    if (mark === undefined) {
      name = pathIn(lines[at] ?? '') ?? ((lines[at] ?? '').trim() === '' ? name : undefined)
      continue
    }
    const end = find(lines, at + 1, new RegExp(`^ {0,3}${mark[0]}{${mark.length},}\\s*$`))
    if (end === undefined) break
    if (name !== undefined) files.set(name, `${lines.slice(at + 1, end).join('\n')}\n`)
    name = undefined
    at = end
  }
  return files
}

/** A diff's hunks as edits, for when its line numbers and counts are wrong. Undefined where it does more than change texts. */
export function editsOfDiff(diff: string): Edit[] | undefined {
  const edits: Edit[] = []
  let file: string | undefined
  let old: string[] | undefined
  let now: string[] = []
  const flush = () => {
    if (old && file !== undefined && old.join('\n') !== now.join('\n')) edits.push({ file, search: old.join('\n'), replace: now.join('\n') })
    old = undefined
  }
  for (const line of linesOf(diff)) {
    if (/^(?:old mode|new mode|rename |copy |deleted file|Binary files|GIT binary)/.test(line)) return undefined
    if (line.startsWith('diff --git ') || line.startsWith('--- ') && !old) { flush(); continue }
    if (line.startsWith('+++ ')) {
      flush()
      file = line.slice(4).replace(/\t.*$/, '').replace(/^b\//, '').trim()
      if (file === '/dev/null') return undefined
    } else if (line.startsWith('@@')) {
      flush()
      old = []
      now = []
    } else if (old) {
      if (line.startsWith('-')) old.push(line.slice(1))
      else if (line.startsWith('+')) now.push(line.slice(1))
      else if (!line.startsWith('\\')) {
        old.push(line.slice(1))
        now.push(line.slice(1))
      }
    }
  }
  flush()
  return edits
}
