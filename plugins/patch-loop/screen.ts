import type { BaseFile, Change } from '../../core/service.ts'
import { banOf, isOddPath } from './paths.ts'
import { newPhrases } from './phrases.ts'

export interface Allowed {
  tests: boolean
  /** Lock files and the versions in manifests: for advisories. */
  versions: boolean
  /** The language pack's fixer wrote it: where its packages come from is said by configuration that nobody may touch. */
  fixer?: boolean
  /** What the recipes run, which a machine's patch would decide about itself with. */
  scripts?: ReadonlySet<string>
}

export const limits = { files: 5, lines: 200, bytes: 64 * 1024 }

/** Why a change is not even tried; empty where it may be. Default deny: what is not known to be harmless is told. */
export function screen(change: Change, base: readonly BaseFile[], allowed: Allowed): string[] {
  const faults: string[] = []
  const name = (path: string) => JSON.stringify(path.slice(0, 120))
  const known = new Map(base.map(file => [file.path.toLowerCase(), file.path]))
  if (change.files.length === 0) faults.push('it changes nothing')
  if (change.files.length > limits.files) faults.push(`it changes ${change.files.length} files, more than ${limits.files}`)
  // What the limits refuse need not be read to the end.
  for (const { path, oldMode, newMode } of change.files.slice(0, limits.files + 1)) {
    const why = isOddPath(path) ? 'an odd path' : banOf(path, allowed) ?? (allowed.scripts?.has(path) ? 'a recipe runs it' : undefined)
    if (why) faults.push(`it touches ${name(path)}: ${why}`)
    if (newMode === '000000') faults.push(`it removes ${name(path)}`)
    else if (oldMode !== '000000' && oldMode !== newMode) faults.push(`it changes the kind or mode of ${name(path)}`)
    else if (!(newMode === '100644' || (newMode === '100755' && oldMode === '100755'))) faults.push(`${name(path)} would be no plain file`)
    if (oldMode === '000000' && known.has(path.toLowerCase())) faults.push(`${name(path)} differs from ${name(known.get(path.toLowerCase()) ?? '')} only in case`)
  }
  // A lock file is long by nature, and written by its tool.
  const most = allowed.versions ? { lines: limits.lines * 20, bytes: limits.bytes * 20 } : limits
  if (change.diff.length > most.bytes) return [...faults, `it has ${change.diff.length} bytes, more than ${most.bytes}`]
  const text = change.diff.toString('utf8')
  if (text.includes('\0')) faults.push('it holds binary data')
  const parts = partsOf(text)
  const lines = parts.reduce((sum, part) => sum + part.added.length + part.removed.length, 0)
  if (lines > most.lines) faults.push(`it changes ${lines} lines, more than ${most.lines}`)
  for (const { path, added, removed } of parts) faults.push(...faultsIn(path, added, removed).map(what => `it brings ${what} into ${name(path)}`))
  return faults
}

/** The files of the commit that the text of a recipe names. */
export function scriptsIn(recipes: readonly string[], base: readonly BaseFile[], subproject: string): Set<string> {
  const words = new Set(recipes.flatMap(text => text.split(/[\s"'`;|&<>()=,:$]+/)).map(word => word.replace(/^(?:\.\/)+/, '')))
  const prefix = subproject === '' ? '' : `${subproject}/`
  return new Set(base.map(file => file.path).filter(path => words.has(path) || (path.startsWith(prefix) && words.has(path.slice(prefix.length)))))
}

/** One variation selector says how a sign looks; several hold a text. */
const hidden = /[\u0000-\u0008\u000b\u000e-\u001f\u007f\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\u{e0000}-\u{e01ef}]|[\ufe00-\ufe0f]{2}/u

function faultsIn(path: string, added: readonly string[], removed: readonly string[]): string[] {
  const faults = newPhrases(path, removed, added)
  const count = (lines: readonly string[], pattern: RegExp) => lines.filter(line => pattern.test(line)).length
  if (count(added, hidden) > count(removed, hidden)) faults.push('invisible or control characters')
  if (count(added, /\[redacted\]/) > count(removed, /\[redacted\]/)) faults.push('the mark of what was left out when it was shown')
  if (added.some(line => line.length > 1000) && !removed.some(line => line.length > 1000)) faults.push('a line of more than 1000 characters')
  return faults
}

/** `gone`: numbers of the lines that the file had; `into`: of those behind which lines come in. */
export interface Part { path: string; added: string[]; removed: string[]; gone: number[]; into: number[] }

/** The lines of a patch as git wrote it. Within a hunk the counts say where it ends, whatever its lines look like. */
export function partsOf(diff: string): Part[] {
  const parts: Part[] = []
  let [old, now, at] = [0, 0, 0]
  for (const line of diff.split('\n')) {
    const part = parts.at(-1)
    if (part && (old > 0 || now > 0)) {
      if (line.startsWith('+')) { part.added.push(line.slice(1)); part.into.push(at - 1); now-- }
      else if (line.startsWith('-')) { part.removed.push(line.slice(1)); part.gone.push(at++); old-- }
      else if (!line.startsWith('\\')) { old--; now--; at++ }
      continue
    }
    const hunk = /^@@ -(?<from>\d+)(?:,(?<old>\d+))? \+\d+(?:,(?<now>\d+))? @@/.exec(line)?.groups
    if (hunk) {
      [old, now] = [Number(hunk.old ?? 1), Number(hunk.now ?? 1)]
      at = Number(hunk.from) + (old === 0 ? 1 : 0)
    } else if (line.startsWith('diff --git ')) parts.push({ path: pathOf(line), added: [], removed: [], gone: [], into: [] })
  }
  return parts
}

/** `diff --git a/x b/x`: there are no renames, so both halves say the same, whatever they hold. */
function pathOf(header: string): string {
  const names = header.slice('diff --git '.length)
  const half = names.slice(0, (names.length - 1) / 2)
  return half.startsWith('"') ? unquoted(half.slice(1, -1)).slice(2) : half.slice(2)
}

/** As git quotes names: bytes in octal. */
function unquoted(text: string): string {
  const bytes = [...text.matchAll(/\\(?<octal>[0-7]{3})|\\(?<sign>.)|(?<plain>[^\\]+)/g)].map(({ groups: { octal, sign, plain } = {} }) =>
    octal !== undefined ? Buffer.from([Number.parseInt(octal, 8)]) : Buffer.from(plain ?? { t: '\t', n: '\n', r: '\r' }[sign ?? ''] ?? sign ?? ''))
  return Buffer.concat(bytes).toString('utf8')
}
