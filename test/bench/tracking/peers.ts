import { createHash } from 'node:crypto'
import type { Finding } from '../../../core/contract.ts'
import { primaryLocationLineHash } from '../../../core/findings/fingerprint.ts'
import type { Snapshot } from './snapshot.ts'

/** Other tools' ways to track, written anew from what they document. */
export type Peer = (old: Snapshot, now: Snapshot) => Int32Array

type KeyOf = (one: Finding, snapshot: Snapshot) => string

/** Each present finding takes the first old one of its key that nobody has. */
function byKeys(keys: readonly KeyOf[], old: Snapshot, now: Snapshot, partners: Int32Array = new Int32Array(now.findings.length).fill(-1)): Int32Array {
  const given = new Set(partners)
  for (const keyOf of keys) {
    const waiting = new Map<string, number[]>()
    old.findings.forEach((one, index) => {
      if (given.has(index)) return
      const key = keyOf(one, old)
      waiting.set(key, [...waiting.get(key) ?? [], index])
    })
    now.findings.forEach((one, index) => {
      if (partners[index] !== -1) return
      const partner = waiting.get(keyOf(one, now))?.shift()
      if (partner === undefined) return
      partners[index] = partner
      given.add(partner)
    })
  }
  return partners
}

const rule = (one: Finding) => `${one.tool}\0${one.rule ?? ''}`

/** The same rule on the same line of the same file. */
export const exactLine: Peer = (old, now) => byKeys([one => `${rule(one)}\0${one.file}\0${one.line}`], old, now)

const hashes = new WeakMap<readonly string[], readonly string[]>()

function lineHash({ file = '', line = 1 }: Finding, { files }: Snapshot): string {
  const lines = files.get(file) ?? []
  const known = hashes.get(lines) ?? primaryLocationLineHash(lines)
  hashes.set(lines, known)
  return known[line - 1] ?? ''
}

/** Code scanning: rule, file and the hash of the 100 characters from the line on. */
export const githubLineHash: Peer = (old, now) => byKeys([(one, snapshot) => `${rule(one)}\0${one.file}\0${lineHash(one, snapshot)}`], old, now)

/**
 * Jenkins warnings-ng: an issue that equals an old one in all it says, place included; then one whose seven lines around are
 * letter for letter an old one's, whatever the rule.
 */
export const warningsNg: Peer = (old, now) => {
  const equal: KeyOf = one => [rule(one), one.file, one.line, one.column, one.endLine, one.endColumn, one.level, one.message].join('\0')
  const fingerprint: KeyOf = ({ file = '', line = 1 }, { files }) => createHash('md5').update((files.get(file) ?? []).slice(Math.max(0, line - 4), line + 3).join('')).digest('hex')
  // Equal ones are given to those of the same fingerprint first.
  return byKeys([(one, snapshot) => `${equal(one, snapshot)}\0${fingerprint(one, snapshot)}`, equal, fingerprint], old, now)
}

/** SonarQube: six steps within a file, files followed by their likeness (85 %). Lines are compared without white space. */
export const sonarqube: Peer = (old, now) => {
  const moved = movedFiles(old, now)
  const file = (one: Finding, snapshot: Snapshot) => snapshot === old ? moved.get(one.file ?? '') ?? one.file : one.file
  const text = ({ file: path = '', line = 1 }: Finding, { files }: Snapshot) => bare(files.get(path)?.[line - 1] ?? '')
  const withMessage: KeyOf = (one, snapshot) => `${rule(one)}\0${file(one, snapshot)}\0${one.line}\0${text(one, snapshot)}\0${one.message}`
  const withLine: KeyOf = (one, snapshot) => `${rule(one)}\0${file(one, snapshot)}\0${one.line}\0${text(one, snapshot)}`
  const partners = byKeys([withMessage, withLine], old, now)
  moveBlocks(old, now, moved, partners)
  return byKeys([
    (one, snapshot) => `${rule(one)}\0${file(one, snapshot)}\0${text(one, snapshot)}\0${one.message}`,
    (one, snapshot) => `${rule(one)}\0${file(one, snapshot)}\0${one.line}\0${one.message}`,
    (one, snapshot) => `${rule(one)}\0${file(one, snapshot)}\0${text(one, snapshot)}`,
  ], old, now, partners)
}

const bare = (line: string) => line.replace(/\s/g, '')

/** Files that are gone → the new ones that share most lines with them, in order. */
function movedFiles(old: Snapshot, now: Snapshot): Map<string, string> {
  const gone = [...old.files].filter(([path]) => !now.files.has(path))
  const come = [...now.files].filter(([path]) => !old.files.has(path))
  const scores = gone.flatMap(([from, a]) => come.map(([to, b]) => ({ from, to, score: share(a.map(bare), b.map(bare)) }))).filter(({ score }) => score >= 0.85)
  const moved = new Map<string, string>()
  const taken = new Set<string>()
  for (const { from, to } of scores.toSorted((a, b) => b.score - a.score)) {
    if (moved.has(from) || taken.has(to)) continue
    moved.set(from, to)
    taken.add(to)
  }
  return moved
}

function share(a: readonly string[], b: readonly string[]): number {
  const counts = new Map<string, number>()
  for (const line of a) counts.set(line, (counts.get(line) ?? 0) + 1)
  let common = 0
  for (const line of b) {
    const left = counts.get(line) ?? 0
    if (left > 0) { common++; counts.set(line, left - 1) }
  }
  return 2 * common / (a.length + b.length)
}

/** Findings on lines whose surroundings (five lines above and below) are found once on either side; then the longest equal blocks. */
function moveBlocks(old: Snapshot, now: Snapshot, moved: ReadonlyMap<string, string>, partners: Int32Array): void {
  const given = new Set(partners)
  for (const [from, linesBefore] of old.files) {
    const to = moved.get(from) ?? from
    const linesAfter = now.files.get(to)
    if (!linesAfter) continue
    const [a, b] = [linesBefore.map(bare), linesAfter.map(bare)]
    const olds = byLine(old.findings, index => old.findings[index]?.file === from && !given.has(index))
    const nows = byLine(now.findings, index => now.findings[index]?.file === to && partners[index] === -1)
    const join = (lineA: number, lineB: number) => {
      for (const index of nows.get(lineB) ?? []) {
        const partner = (olds.get(lineA) ?? []).find(one => !given.has(one) && rule(old.findings[one]!) === rule(now.findings[index]!))
        if (partner === undefined || partners[index] !== -1) continue
        partners[index] = partner
        given.add(partner)
      }
    }
    const block = (lines: readonly string[], line: number) => lines.slice(Math.max(0, line - 6), line + 5).join('\n')
    const count = (lines: readonly string[], at: Iterable<number>) => {
      const found = new Map<string, number[]>()
      for (const line of at) { const key = block(lines, line); found.set(key, [...found.get(key) ?? [], line]) }
      return found
    }
    const [before, after] = [count(a, olds.keys()), count(b, nows.keys())]
    for (const [key, [lineA, ...more]] of before) {
      const [lineB, ...others] = after.get(key) ?? []
      if (lineA === undefined || lineB === undefined || more.length || others.length) continue
      join(lineA, lineB)
      olds.delete(lineA)
      nows.delete(lineB)
    }
    if (olds.size * nows.size >= 250_000) continue
    const pairs = [...olds.keys()].flatMap(lineA => [...nows.keys()].map(lineB => ({ lineA, lineB, weight: common(a, lineA, b, lineB) }))).filter(({ weight }) => weight > 0)
    pairs.sort((x, y) => y.weight - x.weight || Math.abs(x.lineA - x.lineB) - Math.abs(y.lineA - y.lineB))
    for (const { lineA, lineB } of pairs) join(lineA, lineB)
  }
}

function byLine(findings: readonly Finding[], keep: (index: number) => boolean): Map<number, number[]> {
  const lines = new Map<number, number[]>()
  findings.forEach((one, index) => { if (keep(index)) lines.set(one.line ?? 0, [...lines.get(one.line ?? 0) ?? [], index]) })
  return lines
}

/** The length of the equal stretch around two lines. */
function common(a: readonly string[], lineA: number, b: readonly string[], lineB: number): number {
  if (a[lineA - 1] !== b[lineB - 1]) return 0
  let [up, down] = [1, 1]
  while (lineA - 1 - up >= 0 && lineB - 1 - up >= 0 && a[lineA - 1 - up] === b[lineB - 1 - up]) up++
  while (lineA - 1 + down < a.length && lineB - 1 + down < b.length && a[lineA - 1 + down] === b[lineB - 1 + down]) down++
  return up + down - 1
}
