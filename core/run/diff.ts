import { git } from './git.ts'

/** One change as git counts it: lines from 1; of an empty side, `start` is the line before it. */
export interface Hunk { oldStart: number; oldCount: number; newStart: number; newCount: number }

/** What became of a file: its path now, undefined where it was deleted. */
export interface FileChange { to: string | undefined; hunks: readonly Hunk[] }

/** What a commit changed. `files` is by the old path; a file that is named nowhere is as it was. */
export interface Changes { files: ReadonlyMap<string, FileChange>; added: ReadonlySet<string> }

const maxBytes = 256 * 2 ** 20

/**
 * What changed from one commit to another, renames followed, in a bare repository. White space within a line does not count: an
 * indented line is the line it was. Throws where a commit is missing or the difference is larger than 256 MiB.
 */
export async function changesBetween(gitDir: string, from: string, to: string, signal?: AbortSignal): Promise<Changes> {
  if (from === to) return { files: new Map(), added: new Set() }
  const format = ['--patch-with-raw', '-z', '-U0', '--inter-hunk-context=0', '--ignore-all-space', '--text', '--no-color', '--no-ext-diff', '--no-textconv', '--no-indent-heuristic', '--histogram', '--src-prefix=a/', '--dst-prefix=b/']
  const output = await git(['diff-tree', '-r', '-M', ...format, from, to], { gitDir, signal, maxBytes, timeoutMs: 120_000, config: ['core.quotePath=false'] })
  return changesOf(output)
}

/** Files of a commit as text, those that are there, are no larger than 4 MiB and are 128 MiB together. */
export async function filesAt(gitDir: string, sha: string, paths: readonly string[], signal?: AbortSignal): Promise<Map<string, string>> {
  const asked = paths.filter(path => !path.includes('\n'))
  const files = new Map<string, string>()
  if (asked.length === 0) return files
  const names = Buffer.from(asked.map(path => `${sha}:${path}\n`).join(''))
  const sizes = (await git(['cat-file', '--batch-check=%(objecttype) %(objectsize)'], { gitDir, input: names, signal })).toString('latin1').split('\n')
  let sum = 0
  const wanted = asked.filter((_, at) => {
    const size = Number(/^blob (?<size>\d+)$/.exec(sizes[at] ?? '')?.groups?.size ?? Infinity)
    return size <= 4 * 2 ** 20 && (sum += size) <= 128 * 2 ** 20
  })
  if (wanted.length === 0) return files
  const output = await git(['cat-file', '--batch=%(objectsize)'], { gitDir, input: wanted.map(path => `${sha}:${path}\n`).join(''), signal, maxBytes: 192 * 2 ** 20 })
  let at = 0
  for (const path of wanted) {
    const end = output.indexOf('\n', at)
    const size = Number(output.subarray(at, end).toString('latin1'))
    files.set(path, output.subarray(end + 1, end + 1 + size).toString('utf8'))
    at = end + 1 + size + 1
  }
  return files
}

/** The output of `git diff-tree -r -M --patch-with-raw -z -U0`: records that NULs end, then a patch with a section per record. */
export function changesOf(output: Buffer): Changes {
  const files = new Map<string, FileChange>()
  const added = new Set<string>()
  const { records, end } = recordsOf(output)
  const sections = sectionsOf(output, end)
  let section = sections.next()
  for (const { status, from, to } of records) {
    // A file of which only white space changed has no section; one that became a link has two, its end and its beginning.
    const head = `${quoted(`a/${from}`)} ${quoted(`b/${to}`)}`
    const hunks: Hunk[] = []
    for (let first = true; section.value?.head === head; first = false, section = sections.next()) if (first) hunks.push(...section.value.hunks)
    if (status === 'A') added.add(to)
    else files.set(from, { to: status === 'D' ? undefined : to, hunks })
  }
  if (!section.done) throw new Error('the patch does not follow its list of files')
  return { files, added }
}

const escapes: Readonly<Record<string, string>> = { '"': '\\"', '\\': '\\\\', '\x07': '\\a', '\b': '\\b', '\t': '\\t', '\n': '\\n', '\v': '\\v', '\f': '\\f', '\r': '\\r' }

/** A path as git writes it in a section's head with core.quotePath=false. */
function quoted(path: string): string {
  // oxlint-disable-next-line no-control-regex
  const text = path.replace(/["\\\x00-\x1f\x7f]/g, sign => escapes[sign] ?? `\\${sign.charCodeAt(0).toString(8).padStart(3, '0')}`)
  return text === path ? path : `"${text}"`
}

interface FileRecord { status: string; from: string; to: string }

function recordsOf(output: Buffer): { records: FileRecord[]; end: number } {
  const records: FileRecord[] = []
  let at = 0
  const field = () => {
    const end = output.indexOf(0, at)
    const text = output.subarray(at, end < 0 ? output.length : end).toString('utf8')
    at = end < 0 ? output.length : end + 1
    return text
  }
  while (output[at] === 0x3a) {
    const status = field().split(' ').at(-1)?.[0] ?? ''
    const from = field()
    records.push({ status, from, to: status === 'R' || status === 'C' ? field() : from })
  }
  return { records, end: at }
}

/** The hunks of each section. A line of a file begins with a sign, hence these markers are never a file's own. */
function* sectionsOf(output: Buffer, start: number): Generator<{ head: string; hunks: Hunk[] }, undefined> {
  let at = output.indexOf('diff --git ', start)
  while (at >= 0) {
    const next = output.indexOf('\ndiff --git ', at)
    const end = next < 0 ? output.length : next
    yield { head: output.subarray(at + 'diff --git '.length, output.indexOf('\n', at)).toString('utf8'), hunks: [...hunksOf(output, at, end)] }
    at = next < 0 ? -1 : next + 1
  }
}

function* hunksOf(output: Buffer, start: number, end: number): Generator<Hunk> {
  for (let at = output.indexOf('\n@@ -', start); at >= 0 && at < end; at = output.indexOf('\n@@ -', at + 1)) {
    const head = /^@@ -(?<oldStart>\d+)(?:,(?<oldCount>\d+))? \+(?<newStart>\d+)(?:,(?<newCount>\d+))? @@/.exec(output.subarray(at + 1, at + 80).toString('latin1'))?.groups
    if (head) yield { oldStart: Number(head.oldStart), oldCount: Number(head.oldCount ?? 1), newStart: Number(head.newStart), newCount: Number(head.newCount ?? 1) }
  }
}

export async function parentOf(gitDir: string, sha: string): Promise<string | undefined> {
  return (await git(['rev-parse', '--verify', '--quiet', `${sha}^1`], { gitDir }).catch(() => Buffer.alloc(0))).toString('latin1').trim() || undefined
}

/** A commit and those before it, at most 20,000. */
export async function ancestorsOf(gitDir: string, sha: string): Promise<Set<string>> {
  return new Set((await git(['rev-list', '--max-count=20000', sha], { gitDir })).toString('latin1').trim().split('\n'))
}
