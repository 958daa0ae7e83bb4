import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { openLog } from '../../core/run/log.ts'
import { openMirror, resolve, type Mirror } from '../../core/run/mirror.ts'
import { allProcesses, markOf } from '../../core/run/process-tree.ts'
import { runProcess } from '../../core/run/process.ts'
import type { Sandbox, SandboxView } from '../../core/run/sandbox.ts'
import { swept } from '../../core/run/trash.ts'
import { acquire, type Workspace } from '../../core/run/workspace.ts'
import { git, makeRepository } from '../support/repository.ts'
import { escapes } from './escapes.ts'

export interface Attacked { name: string; times: number; /** Beyond time-out and grace, in ms; negative where SIGTERM sufficed. */ lateMs: number[]; faults: string[] }

const [timeoutMs, graceMs] = [400, 300]
const beat = 'exec 9>>"$1"; while :; do echo . >&9; sleep 0.02; done\n'

/** Runs every escape so many times until its time-out, each in a slot, and looks at what is left of it. `sandbox` undefined: under the supervisor. */
export async function attack(root: string, { times, sandbox, only = () => true }: { times: number; sandbox: Sandbox | undefined; only?: (name: string) => boolean }): Promise<Attacked[]> {
  const origin = join(root, 'origin')
  const sha = makeRepository(origin, { 'a.txt': 'a\n', 'beat.sh': beat, 'deep/b.txt': 'b\n' })
  const mirror = openMirror({ directory: join(root, 'work/project/.cache'), url: origin, allowFile: true })
  await resolve(mirror, { sha }, { notBefore: Date.now() })
  const results: Attacked[] = []
  for (const [name, shell] of Object.entries(escapes).filter(([name]) => only(name))) {
    const result: Attacked = { name, times, lateMs: [], faults: [] }
    for (let n = 0; n < times; n++) await once(root, mirror, sha, shell, sandbox, result)
    results.push(result)
  }
  await swept()
  return results
}

async function once(root: string, mirror: Mirror, sha: string, shell: string, sandbox: Sandbox | undefined, { lateMs, faults }: Attacked): Promise<void> {
  const place = await acquire(mirror, sha)
  const marker = `attack.${randomUUID()}`
  const log = await openLog(join(root, 'logs', `${marker}.log`), { capBytes: 2 ** 20 })
  const start = performance.now()
  const exit = await runProcess({
    shell, cwd: place.root, env: { PATH: process.env.PATH ?? '/usr/bin:/bin', HOME: place.home, TMPDIR: place.tmp }, marker, timeoutMs, graceMs,
    signal: new AbortController().signal, sandbox: sandbox && viewOf(place, sandbox), output: (stream, chunk) => log.write(stream, chunk),
  })
  lateMs.push(performance.now() - start - timeoutMs - graceMs)
  const { bytes } = await log.close()
  if (exit.ended !== 'timed_out') faults.push(`ended by itself: ${exit.ended}, status ${exit.exitCode} ${exit.error ?? ''}`)
  if (bytes > 2 * 2 ** 20) faults.push(`${bytes} bytes of log`)
  await survivors(place, marker, faults)
  await place.release()
  await nextSlot(mirror, sha, faults)
}

async function survivors(place: Workspace, marker: string, faults: string[]): Promise<void> {
  const left = allProcesses().filter(one => markOf(one.pid) === marker)
  if (left.length) faults.push(`${left.length} processes outlive it`)
  const file = join(place.root, 'alive')
  const size = () => existsSync(file) ? statSync(file).size : 0
  const before = size()
  if (before > 0) await sleep(60)
  if (size() !== before) faults.push('its program still writes')
}

/** The next job's checkout is as the commit is. */
async function nextSlot(mirror: Mirror, sha: string, faults: string[]): Promise<void> {
  const next = await acquire(mirror, sha)
  try {
    const names = readdirSync(next.root).filter(name => name !== '.git').toSorted()
    if (names.join() !== 'a.txt,beat.sh,deep') faults.push(`the next checkout holds ${names.join(', ')}`)
    if (readFileSync(join(next.root, 'a.txt'), 'utf8') !== 'a\n' || (lstatSync(join(next.root, 'a.txt')).mode & 0o777) !== 0o644) faults.push('a file of the next checkout is changed')
    for (const empty of [next.home, next.tmp, next.reports]) if (readdirSync(empty).length) faults.push(`${empty} is not empty`)
    if (git(next.root, 'status', '--porcelain', '--ignored') !== '') faults.push('git sees changes in the next checkout')
    if (existsSync(join(next.root, 'pwned'))) faults.push('a planted hook was run')
  } finally { await next.release() }
}

function viewOf(place: Workspace, { proc }: Sandbox): SandboxView {
  mkdirSync(place.tmp, { recursive: true })
  return { writable: [place.root, place.home, place.reports], readable: [place.borrowed], hidden: [], readonly: [], tmp: place.tmp, network: false, proc }
}
