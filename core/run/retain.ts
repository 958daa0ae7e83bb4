import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Db } from '../ledger/database.ts'
import type { Project } from '../ledger/projects.ts'
import { forgetAudit } from '../ledger/audit.ts'
import { forgetRequests } from '../ledger/requests.ts'
import { forgetTestNames } from '../ledger/tests.ts'
import { compactLedger, forgetFacts, forgetJobs, forgetRuns, forgetSubscribers, jobsToForget, jobsWithSpareLogs, type OldJob, type Retention } from '../ledger/retention.ts'

const dayMs = 86_400_000
const batch = 50

export interface Retained { jobs: number; logs: number; facts: number; /** Subscribers whose plugin is gone. */ gone: string[] }

/** The hourly round through the ledger: `present` are the subscribers of facts that there are. What is too old, too many or too large goes, oldest first, in small steps between which others work. */
export async function retain(db: Db, logs: string, projects: readonly Project[], defaults: Retention, now: number, present: readonly string[]): Promise<Retained> {
  const done: Retained = { jobs: 0, logs: 0, facts: 0, gone: [] }
  const daysAgo = (days: number) => new Date(now - days * dayMs).toISOString()
  for (const project of projects) {
    const keep = retentionOf(project, defaults)
    const old = { before: daysAgo(keep.jobDays), jobs: keep.jobs }
    const jobs = jobsToForget(db, project.id, old)
    for (let at = 0; at < jobs.length; at += batch) {
      const some = jobs.slice(at, at + batch)
      forgetJobs(db, some)
      await removeLogs(join(logs, project.name), some)
      done.jobs += some.length
      await new Promise(setImmediate)
    }
    forgetRuns(db, project.id, old)
    done.logs += await thinLogs(join(logs, project.name), jobsWithSpareLogs(db, project.id), keep, daysAgo(keep.logDays))
  }
  if (done.jobs) forgetTestNames(db)
  forgetRequests(db, daysAgo(7))
  forgetAudit(db, daysAgo(defaults.jobDays))
  done.gone = forgetSubscribers(db, present, daysAgo(defaults.jobDays))
  done.facts = forgetFacts(db, daysAgo(defaults.jobDays))
  compactLedger(db)
  return done
}

export function retentionOf(project: Project, defaults: Retention): Retention {
  const own = project.settings?.retention
  return { logDays: own?.log_days ?? defaults.logDays, logMb: own?.log_mb ?? defaults.logMb, jobDays: own?.job_days ?? defaults.jobDays, jobs: own?.jobs ?? defaults.jobs }
}

/** By age, then by the size of all logs of the project. Answers how many went. */
async function thinLogs(directory: string, spare: readonly OldJob[], keep: Retention, before: string): Promise<number> {
  const sizes = await sizesIn(directory)
  let total = [...sizes.values()].reduce((sum, bytes) => sum + bytes, 0)
  const going = spare.filter(job => {
    const bytes = sizes.get(job.id)
    if (bytes === undefined || (job.finishedAt >= before && total <= keep.logMb * 2 ** 20)) return false
    total -= bytes
    return true
  })
  await removeLogs(directory, going)
  return going.length
}

async function removeLogs(directory: string, jobs: readonly OldJob[]): Promise<void> {
  if (jobs.length === 0) return
  const ids = new Set(jobs.map(job => job.id))
  const names = await readdir(directory).catch(() => [])
  await Promise.all(names.filter(name => ids.has(idOf(name))).map(name => rm(join(directory, name), { recursive: true, force: true })))
}

/** Bytes by job id. */
async function sizesIn(directory: string): Promise<Map<string, number>> {
  const sizes = new Map<string, number>()
  for (const name of await readdir(directory).catch(() => [])) {
    const { size } = await stat(join(directory, name)).catch(() => ({ size: 0 }))
    sizes.set(idOf(name), (sizes.get(idOf(name)) ?? 0) + size)
  }
  return sizes
}

const idOf = (name: string) => name.split('.')[0] ?? ''
