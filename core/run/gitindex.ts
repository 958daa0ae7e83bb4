import { readFileSync } from 'node:fs'
import type { ObjectFormat } from './gitdir.ts'

/** One tracked file, as git's index has it. `path` and times are exact: bytes as latin1, ms with fractions. */
export interface IndexEntry {
  path: string
  kind: 'file' | 'link' | 'gitlink'
  ctimeMs: number
  mtimeMs: number
  inode: number
  size: number
  sha: string
}

/**
 * Reads an index (gitformat-index(5), version 2: the farm's own always are). Throws on anything else: an unmerged entry,
 * flags that hide a file from comparison, another version.
 */
export function readIndex(path: string, format: ObjectFormat): IndexEntry[] {
  const bytes = readFileSync(path)
  const hash = format === 'sha256' ? 32 : 20
  if (bytes.toString('latin1', 0, 4) !== 'DIRC' || bytes.readUInt32BE(4) !== 2) throw new Error('not an index of version 2')
  const entries: IndexEntry[] = []
  const count = bytes.readUInt32BE(8)
  for (let at = 12, number = 0; number < count; number++) {
    const flags = bytes.readUInt16BE(at + 40 + hash)
    if (flags & 0xf000) throw new Error('an index entry with flags')
    const start = at + 42 + hash
    const end = bytes.indexOf(0, start)
    entries.push({
      path: bytes.toString('latin1', start, end),
      kind: kindOf(bytes.readUInt32BE(at + 24)),
      ctimeMs: time(bytes, at), mtimeMs: time(bytes, at + 8),
      inode: bytes.readUInt32BE(at + 20), size: bytes.readUInt32BE(at + 36),
      sha: bytes.toString('hex', at + 40, at + 40 + hash),
    })
    at += (end - at + 8) & ~7
  }
  return entries
}

function kindOf(mode: number): IndexEntry['kind'] {
  return (mode & 0o170000) === 0o100000 ? 'file' : (mode & 0o170000) === 0o120000 ? 'link' : 'gitlink'
}

const time = (bytes: Buffer, at: number) => bytes.readUInt32BE(at) * 1000 + bytes.readUInt32BE(at + 4) / 1e6
