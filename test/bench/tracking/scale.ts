/** A hundred thousand findings against a hundred thousand, alone in a process: prints seconds and MiB as JSON. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Finding } from '../../../core/contract.ts'
import { commit, git, makeRepository } from '../../support/repository.ts'
import { clock } from '../measure.ts'
import { chanceOf } from './mutations.ts'
import { exactLine } from './peers.ts'
import type { Snapshot } from './snapshot.ts'
import { ours } from './trackers.ts'

const [files, lines, every] = [500, 1000, 5]
const directory = mkdtempSync(join(tmpdir(), 'bench-tracking-'))

/** Code with a flagged line in five, of eight rules; a fifth of them read alike everywhere. */
function text(file: number): string[] {
  return Array.from({ length: lines }, (_, at) => at % every ? `  const value${at} = compute(${file}, ${at})` : at % 25 ? `  eval('${file} ${at}') // rule-${at % 8}` : `  eval(input) // rule-${at % 8}`)
}

/** Every file changed: a line in ten rewritten, blocks moved, lines inserted; one file in ten renamed. */
function changed(before: readonly string[], file: number): string[] {
  const chance = chanceOf(file)
  const after = before.flatMap((line, at) => at % 10 === 3 ? [line.replace('compute', 'reckon')] : at % 50 === 10 ? [line, `  const inserted${at} = true`] : at % 100 === 5 ? [line.replace(') //', ', more) //')] : [line])
  const block = after.splice(chance(800), 40)
  after.splice(chance(900), 0, ...block)
  return after
}

function snapshot(sha: string, tree: ReadonlyMap<string, readonly string[]>): Snapshot {
  const findings = [...tree].flatMap(([file, all]) => all.flatMap((line, at): Finding[] => {
    const rule = /rule-\d/.exec(line)?.[0]
    return rule ? [{ tool: 'toy', rule, level: 'warning', kind: 'lint', message: 'eval can be harmful', file, line: at + 1, column: 3 }] : []
  }))
  return { sha, findings, files: tree }
}

try {
  const before = new Map(Array.from({ length: files }, (_, at) => [`src/file-${at}.js`, text(at)] as const))
  const after = new Map([...before].map(([path, all], at) => [at % 10 ? path : path.replace('src/', 'lib/'), changed(all, at)] as const))
  const plain = (tree: ReadonlyMap<string, readonly string[]>) => Object.fromEntries([...tree].map(([path, all]) => [path, all.join('\n')]))
  const from = makeRepository(directory, plain(before))
  git(directory, 'rm', '-rq', '.')
  const to = commit(directory, plain(after))
  const [old, now] = [snapshot(from, before), snapshot(to, after)]
  const start = clock()
  exactLine(old, now)
  const floor = (clock() - start) / 1000
  const usage = process.cpuUsage()
  const begin = clock()
  const partners = await ours(old, now, directory)
  const seconds = (clock() - begin) / 1000
  const { user, system } = process.cpuUsage(usage)
  const peak = Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]) / 1024
  console.log(JSON.stringify({ old: old.findings.length, now: now.findings.length, kept: partners.filter(one => one !== -1).length, floor, seconds, processor: (user + system) / 1e6, peak }))
} finally {
  rmSync(directory, { recursive: true, force: true })
}
