import { createHash } from 'node:crypto'
import type { Advisory, Finding } from '../contract.ts'

export interface FingerprintContext {
  /** Relative to the repository; default: the finding's own file. */
  path?: string
  /** The lines around the finding, from the checkout. Without them the message stands in. */
  contextLines?: readonly string[]
  /** Counts from 0 among the findings that are equal in everything else. */
  ordinal: number
}

const preference = [/^CVE-/i, /^GHSA-/i, /^RUSTSEC-/i, /^GO-/i, /^PYSEC-/i]

/** The id to call an advisory by: CVE, else GHSA, else the ecosystem's own, else the first of the rest by name. */
export function canonicalId(advisory: Advisory): string {
  const ids = [...advisory.ids].sort()
  for (const pattern of preference) {
    const id = ids.find(candidate => pattern.test(candidate))
    if (id !== undefined) return id
  }
  return ids[0] ?? advisory.package
}

/** SHA-256 in hex. Holds no line number, so that a finding keeps its fingerprint while code moves around it. */
export function fingerprint(finding: Finding, context: FingerprintContext): string {
  const key = identity(finding, context.path ?? finding.file, context.contextLines)
  return digest([...key, String(context.ordinal)])
}

/** A finding's fingerprint, and the same without ordinal: what all that are alike have in common. */
export interface Print { fingerprint: string; key: string }

/** One per finding, in their order. Equal findings are numbered from the top of the file downwards. */
export function printsOf(
  findings: readonly Finding[],
  readSource: (file: string) => readonly string[] | undefined,
): Print[] {
  const keys = findings.map(finding => identity(finding, finding.file, surroundings(finding, readSource)))
  const order = findings.map((_, index) => index)
    .sort((a, b) => place(findings[a]!, findings[b]!) || a - b)
  const seen = new Map<string, number>()
  const prints: Print[] = []
  for (const index of order) {
    const parts = keys[index]!
    const key = digest(parts)
    const ordinal = seen.get(key) ?? 0
    seen.set(key, ordinal + 1)
    prints[index] = { key, fingerprint: digest([...parts, String(ordinal)]) }
  }
  return prints
}

function identity(finding: Finding, path: string | undefined, lines: readonly string[] | undefined): string[] {
  const { advisory, kind, tool, rule } = finding
  if (advisory) return ['advisory', canonicalId(advisory), advisory.package, path ?? '']
  if (kind === 'test' && rule !== undefined) return ['test', tool, rule]
  return ['code', tool, rule ?? '', path ?? '', lines ? normalised(lines) : blanked(finding.message)]
}

/** Blank lines and indentation do not count: a formatter run must not make every finding new. */
function normalised(lines: readonly string[]): string {
  return lines.map(line => line.replace(/\s+/g, ' ').trim()).filter(line => line !== '').join('\n')
}

function blanked(message: string): string {
  return message.replace(/\d+/g, '#').replace(/\s+/g, ' ').trim()
}

function surroundings(finding: Finding, readSource: (file: string) => readonly string[] | undefined) {
  if (finding.file === undefined || finding.line === undefined) return undefined
  const lines = readSource(finding.file)
  if (!lines || finding.line > lines.length) return undefined
  const at = finding.line - 1
  const line = lines[at]!
  // A line that says something is enough: each neighbour more is one more line whose change makes an old finding new.
  return /\w/.test(line) ? [line] : [written(lines, at, -1), line, written(lines, at, 1)]
}

/** The nearest line above (-1) or below (1) that is not blank, '' where there is none near. */
function written(lines: readonly string[], at: number, step: -1 | 1): string {
  for (let i = at + step; Math.abs(i - at) <= 10; i += step) {
    const line = lines[i]
    if (line === undefined) return ''
    if (line.trim() !== '') return line
  }
  return ''
}

function place(a: Finding, b: Finding): number {
  return (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0)
}

/** Lengths before the parts, so that no two lists of parts run together into the same text. */
function digest(parts: readonly string[]): string {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(`${part.length}:${part}`)
  return hash.digest('hex')
}

const BLOCK = 100
const BASE = 37
const TWO32 = 2 ** 32
/** 37 to the 100th, modulo 2^64, in halves: the weight of the character that leaves the window. */
const [LEAVING_HIGH, LEAVING_LOW] = halves(BigInt.asUintN(64, BigInt(BASE) ** BigInt(BLOCK)))

/**
 * What GitHub code scanning computes for each line when an upload brings none (github/codeql-action, `fingerprints.ts`):
 * a 64-bit polynomial hash of the 100 UTF-16 units from the line's start on, into the following lines, without spaces and tabs,
 * every line end as \n, 0xFFFF after the last character and zeros behind it; in hex, with its count of occurrences.
 *
 * `lines` is the file's text split at \r\n, \r or \n, so that a final line end gives an empty last line. Linear in the text.
 */
export function primaryLocationLineHash(lines: readonly string[]): string[] {
  const { units, starts } = windows(lines.length === 0 ? [''] : lines)
  const seen = new Map<string, number>()
  const hashes: string[] = []
  let high = 0
  let low = 0
  // 64 bits in two numbers: every product stays below 2^53, so the sums are exact, and `>>> 0` takes them modulo 2^32.
  for (let end = 0; hashes.length < starts.length; end++) {
    const leaving = end < BLOCK ? 0 : units[end - BLOCK]!
    const sum = low * BASE + units[end]! - LEAVING_LOW * leaving
    high = (high * BASE + Math.floor(sum / TWO32) - LEAVING_HIGH * leaving) >>> 0
    low = sum >>> 0
    if (end - BLOCK + 1 !== starts[hashes.length]) continue
    const hash = high === 0 ? low.toString(16) : high.toString(16) + low.toString(16).padStart(8, '0')
    const count = (seen.get(hash) ?? 0) + 1
    seen.set(hash, count)
    hashes.push(`${hash}:${count}`)
  }
  return hashes
}

function windows(lines: readonly string[]): { units: Uint16Array; starts: Uint32Array } {
  const units = new Uint16Array(lines.reduce((sum, line) => sum + line.length + 1, BLOCK))
  const starts = new Uint32Array(lines.length)
  let length = 0
  lines.forEach((line, index) => {
    starts[index] = length
    for (let i = 0; i < line.length; i++) {
      const unit = line.charCodeAt(i)
      if (unit !== 0x20 && unit !== 0x09) units[length++] = unit
    }
    units[length++] = index === lines.length - 1 ? 0xffff : 0x0a
  })
  return { units, starts }
}

function halves(value: bigint): [number, number] {
  return [Number(value >> 32n), Number(value & 0xffffffffn)]
}
