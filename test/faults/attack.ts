import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { detectLimits, type Limits } from '../../core/run/limits.ts'
import { openLog, tailLog } from '../../core/run/log.ts'
import { openMirror, type Mirror } from '../../core/run/mirror.ts'
import { allProcesses, markOf } from '../../core/run/process-tree.ts'
import { runProcess } from '../../core/run/process.ts'
import type { Sandbox, SandboxView } from '../../core/run/sandbox.ts'
import { swept } from '../../core/run/trash.ts'
import { obtain } from '../../core/run/obtain.ts'
import type { Workspace } from '../../core/run/workspace.ts'
import { mount, noDisks, unmount } from '../support/disk.ts'
import { git, makeRepository } from '../support/repository.ts'
import { escapes, type Escape } from './escapes.ts'

export interface Attacked {
  name: string
  /** Why it was not tried. */
  skipped?: string
  times: number
  /** Beyond time-out and grace, in ms; negative where SIGTERM sufficed. */
  lateMs: number[]
  faults: string[]
}

/** `sandbox` undefined: under the supervisor. */
interface Means { times: number; sandbox: Sandbox | undefined; only?: (name: string) => boolean }

interface Place { mirror: Mirror; sha: string; logs: string; limits: Limits | undefined }

const graceMs = 300
const { signal } = new AbortController()
const beat = 'exec 9>>"$1"; while :; do echo . >&9; sleep 0.02; done\n'

/** Runs every escape so many times until its time-out, each in a slot, and looks at what is left of it. */
export async function attack(root: string, { times, sandbox, only = () => true }: Means): Promise<Attacked[]> {
  const origin = join(root, 'origin')
  const sha = makeRepository(origin, { 'a.txt': 'a\n', 'beat.sh': beat, 'deep/b.txt': 'b\n' })
  const results: Attacked[] = []
  for (const [name, escape] of Object.entries(escapes).filter(([name]) => only(name))) {
    const result: Attacked = { name, times, lateMs: [], faults: [] }
    results.push(result)
    const limits = escape.limits && await detectLimits(escape.limits)
    const skipped = (escape.disk && noDisks()) || (limits?.pids === 0 && limits.reason)
    if (skipped) { result.skipped = skipped; continue }
    const work = join(root, 'work', String(results.length))
    if (escape.disk) mount(work, escape.disk.megabytes, escape.disk.files)
    try {
      const mirror = openMirror({ directory: join(work, 'project/.cache'), url: origin, allowFile: true })
      for (let n = 0; n < times; n++) await once({ mirror, sha, limits, logs: join(root, 'logs') }, escape, sandbox, result)
      await swept()
    } finally { if (escape.disk) unmount(work) }
  }
  return results
}

async function once({ mirror, sha, limits, logs }: Place, { shell, says, timeoutMs = 400 }: Escape, sandbox: Sandbox | undefined, { lateMs, faults }: Attacked): Promise<void> {
  const { place } = await obtain(mirror, { sha }, { notBefore: Date.now(), signal })
  const marker = `attack.${randomUUID()}`
  const path = join(logs, `${marker}.log`)
  const log = await openLog(path, { capBytes: 2 ** 20 })
  const start = performance.now()
  const exit = await runProcess({
    shell, cwd: place.root, env: { PATH: process.env.PATH ?? '/usr/bin:/bin', HOME: place.home, TMPDIR: place.tmp }, marker, timeoutMs, graceMs,
    signal, sandbox: sandbox && viewOf(place, sandbox), limits, output: (stream, chunk) => log.write(stream, chunk),
  })
  lateMs.push(performance.now() - start - timeoutMs - graceMs)
  const { bytes } = await log.close()
  if (exit.ended !== (limits ? 'limited' : 'timed_out')) faults.push(`ended by itself: ${exit.ended}, status ${exit.exitCode} ${exit.error ?? ''}`)
  if (says !== undefined && !(await tailLog(path, 10)).includes(says)) faults.push(`it did not get as far as to say ${says}`)
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
  const { place: next } = await obtain(mirror, { sha }, { notBefore: Date.now(), signal })
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
