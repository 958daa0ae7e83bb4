import { execFileSync } from 'node:child_process'
import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Test } from 'tap'
import Database from 'better-sqlite3'
import { allProcesses, markOf } from '../../core/run/process-tree.ts'
import { randomOf } from '../support/random.ts'
import { commit, makeRepository } from '../support/repository.ts'
import { startServer, type Server } from '../support/server.ts'
import { until } from '../support/until.ts'
import { unanswered, type Beside } from './crash-beside.ts'
import { digestBeside } from './crash-digest.ts'
import { patchesBeside } from './crash-patches.ts'
import { killedUpgrade } from './crash-upgrade.ts'
import { copyLedger, ledgerFaults } from './ledger-copy.ts'
import { diaryFaults, writeWitness } from './witness.ts'

export interface CrashReport {
  rounds: number
  jobs: number
  orphaned: number
  copies: number
  /** Upgrades of an old ledger that were killed, and those of them that had to be done again. */
  upgrades: number
  upgradesUndone: number
  slowestStartMs: number
  slowestRecoveryMs: number
  /** For people: what there was beside the jobs. */
  beside: string[]
  faults: string[]
}

interface CrashOptions { rounds: number; seed: number; say?: (line: string) => void }

/** Jobs that print numbered findings, that leave a daemon behind, that take their time. The number of seconds tells the daemons from all other processes. */
const daemon = '31415.9265'
const recipes = {
  test: 'n=0; while [ $n -lt 400 ]; do n=$((n+1)); echo "a.c:$n:1: error: number $n"; done; echo last',
  lint: 'n=0; while [ $n -lt 40 ]; do n=$((n+1)); echo "a.c:$n:1: warning: number $n"; sleep 0.02; done; echo last',
  build: `setsid env -i sleep ${daemon} & sleep 0.5; echo last`,
}

/** Kills a server at random moments under load, and looks at what the next one makes of it: of jobs, of digests and patches, of its own upkeep; and, in between, another one while it brings an old ledger up to date. */
export async function crash(t: Pick<Test, 'teardown'>, root: string, { rounds, seed, say = () => {} }: CrashOptions): Promise<CrashReport> {
  const random = randomOf(seed)
  const { plugins, diary } = writeWitness(root)
  const repository = join(root, 'repository')
  makeRepository(repository, { 'a.c': 'int a;\n'.repeat(400) })
  const besides: Beside[] = [await digestBeside(t, `file://${repository}`, random), patchesBeside(join(root, 'patched'))]
  const environment = { ...Object.assign({}, ...besides.map(one => one.environment)), CRAFTING_JOBS: '3', CRAFTING_PLUGINS_DIR: plugins, CRAFTING_WITNESS_DIARY: diary, CRAFTING_KILL_GRACE_SECS: '1' }
  const report: CrashReport = { rounds, jobs: 0, orphaned: 0, copies: 0, upgrades: 0, upgradesUndone: 0, beside: [], slowestStartMs: 0, slowestRecoveryMs: 0, faults: [] }
  const fault = (text: string) => { report.faults.push(text); say(text) }
  const accepted = new Set<string>()
  let server = await startServer(root, environment)
  await server.request('POST', '/projects', { name: 'p', git_url: `file://${repository}`, subprojects: [{ path: '.', language: 'none', ...recipes }] })
  for (const one of besides) await one.begin?.(server)
  try {
    for (let round = 1; round <= rounds; round++) {
      commit(repository, { 'round.txt': `${round}\n` })
      for (const one of besides) await one.load(server, round)
      await load(server, accepted)
      unanswered(server.request('POST', '/admin/gc', {}))
      await sleep(random() * 1_500)
      const copy = copyLedger(server.dataDir, join(root, 'copy'), server.process.pid ?? 0, random())
      const before = await printedSoFar(server)
      await server.stop('SIGKILL')
      for (const text of ledgerFaults(copy)) fault(`round ${round}, copy: ${text}`)
      rmSync(join(root, 'copy'), { recursive: true })
      report.copies++
      const started = performance.now()
      server = await startServer(root, environment)
      const ms = performance.now() - started
      const recoveryMs = recoveryOf(server)
      report.slowestStartMs = Math.max(report.slowestStartMs, ms)
      report.slowestRecoveryMs = Math.max(report.slowestRecoveryMs, recoveryMs)
      if (!(recoveryMs < 2_000)) fault(`round ${round}: what the dead farm had left was settled after ${recoveryMs} ms`)
      for (const text of await inspect(server, before, join(root, 'workspace/p/.cache'))) fault(`round ${round}: ${text}`)
      const upgrade = await killedUpgrade(root, random)
      for (const text of upgrade.faults) fault(`round ${round}, ${text}`)
      report.upgrades++
      if (upgrade.found === upgrade.from) report.upgradesUndone++
      say(`round ${round}: killed with ${before.size} jobs at work, up again after ${ms.toFixed(0)} ms, ${recoveryMs} of them for what was left`)
    }
    await drained(server)
    for (const one of besides) {
      const { done, faults } = await one.reckon(server)
      report.beside.push(done)
      faults.forEach(fault)
    }
    await drained(server)
    return { ...report, ...await reckon(server, accepted, diary, fault) }
  } finally { await server.stop('SIGKILL') }
}

/** More than the workers can do: jobs, and a run. */
async function load(server: Server, accepted: Set<string>): Promise<void> {
  const asked = ['test', 'lint', 'build', 'test', 'lint', 'test'].map(recipe => server.request('POST', '/projects/p/jobs', { recipe }))
  for (const { status, body } of await Promise.all(asked)) if (status === 202) accepted.add(body.job_id)
  await server.request('POST', '/projects/p/runs', {})
}

/** The logs of the jobs that run now. */
async function printedSoFar(server: Server): Promise<Map<string, string>> {
  const { body } = await server.request('GET', '/jobs?status=running&limit=20')
  const logs = await Promise.all((body.jobs as { id: string }[]).map(async ({ id }) => [id, String((await server.request('GET', `/jobs/${id}/log`)).body)] as const))
  return new Map(logs)
}

/** How long a start was busy with what a dead farm left, by its own log; NaN where it says nothing of it. */
function recoveryOf(server: Server): number {
  const line = server.log.map(one => JSON.parse(one) as { message: string; ms: number }).find(one => one.message === 'recovered')
  return line?.ms ?? Number.NaN
}

/** Right after a start: nothing is left of the dead one. */
async function inspect(server: Server, before: ReadonlyMap<string, string>, mirror: string): Promise<string[]> {
  const faults: string[] = []
  const db = new Database(join(server.dataDir, 'ledger.db'), { readonly: true })
  try {
    const farms = db.prepare('SELECT id FROM farms').all() as { id: string }[]
    if (farms.length !== 1) faults.push(`${farms.length} farms are in the ledger`)
    const own = farms[0]?.id ?? ''
    const strays = db.prepare(`SELECT count(*) AS n FROM jobs WHERE status IN ('queued', 'running') AND farm <> ?`).get(own) as { n: number }
    if (strays.n) faults.push(`${strays.n} jobs of the dead farm are open`)
    const known = new Set((db.prepare('SELECT farm FROM jobs').all() as { farm: string }[]).map(row => row.farm))
    for (const { pid } of allProcesses()) {
      const farm = markOf(pid)?.split('.')[0] ?? own
      if (farm !== own && known.has(farm)) faults.push(`process ${pid} of the dead farm is alive`)
    }
  } finally { db.close() }
  for (const [id, text] of before) {
    const { body: log } = await server.request('GET', `/jobs/${id}/log`)
    if (!String(log).startsWith(text)) faults.push(`the log of ${id} does not begin with what it was before`)
    const numbers = [...String(log).matchAll(/number (?<n>\d+)$/gm)].map(match => Number(match.groups?.n))
    if (numbers.some((number, at) => number !== at + 1)) faults.push(`the log of ${id} has lines missing or torn`)
  }
  try { if (existsSync(mirror)) execFileSync('git', ['--git-dir', mirror, 'fsck', '--connectivity-only'], { stdio: 'pipe' }) } catch (error) { faults.push(`the mirror is poisoned: ${String(error)}`) }
  return faults
}

/** Whether the witness has been told everything. */
function isTold(path: string): boolean {
  const db = new Database(path, { readonly: true })
  try {
    return db.prepare(`SELECT (SELECT max(id) FROM facts) = (SELECT fact FROM cursors WHERE subscriber = 'witness')`).pluck().get() === 1
  } finally { db.close() }
}

async function drained(server: Server): Promise<void> {
  await until(async () => {
    const { runner } = (await server.request('GET', '/healthz')).body
    return runner.queued + runner.running === 0
  })
}

/** At the end: every job that was accepted is over, those that were not at work when a server died have passed, every fact was told. */
async function reckon(server: Server, accepted: ReadonlySet<string>, diary: string, fault: (text: string) => void): Promise<Pick<CrashReport, 'jobs' | 'orphaned'>> {
  const path = join(server.dataDir, 'ledger.db')
  // Facts are told after they have been written; those that a farm has no time for are told by the next.
  await until(async () => isTold(path))
  await server.stop('SIGTERM')
  for (const text of ledgerFaults(path)) fault(text)
  const db = new Database(path, { readonly: true })
  try {
    const jobs = db.prepare('SELECT jobs.id, name AS project, status, exit_code, message FROM jobs JOIN projects ON projects.id = project_id').all() as { id: string; project: string; status: string; exit_code: number | null; message: string | null }[]
    const known = new Set(jobs.map(job => job.id))
    for (const id of accepted) if (!known.has(id)) fault(`job ${id} was accepted and is gone`)
    const orphaned = jobs.filter(job => job.status === 'failed' && job.exit_code === -1)
    // Those of whom a digest tells fail by themselves.
    const expected = ({ project, status }: (typeof jobs)[number]) => status === 'passed' || (status === 'failed' && project !== 'p')
    for (const job of jobs) if (!expected(job) && !orphaned.includes(job)) fault(`job ${job.id} is ${job.status}: ${job.message}`)
    for (const text of diaryFaults(diary, db.prepare('SELECT id, name FROM facts').all() as { id: number; name: string }[])) fault(text)
    if (execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' }).includes(daemon)) fault('a daemon of a job is alive')
    return { jobs: jobs.length, orphaned: orphaned.length }
  } finally { db.close() }
}
