import type { Level } from './contract.ts'
import type { Db } from './ledger/database.ts'
import { findingsById, type StoredFinding } from './ledger/findings.ts'
import type { Project } from './ledger/projects.ts'
import { speakingJobs } from './ledger/status.ts'
import { median } from './ledger/test-history.ts'
import { hoursToFix, oldestOpen, talliedJobs, type TalliedJob } from './ledger/trend.ts'

type ByLevel = Record<Level, number>
export interface Flow { open: ByLevel; new: ByLevel; fixed: ByLevel }

/** How a branch was when a run (or a job without one) had ended. */
export interface TrendPoint extends Flow {
  runId: string | null
  /** The job that ended it. */
  jobId: string
  sha: string | null
  at: string
  tools: readonly ({ tool: string } & Flow)[]
}

export interface Trend {
  project: string
  ref: string
  /** ISO 8601. */
  since: string
  /** Older runs are left out. */
  truncated: boolean
  /** Oldest first. */
  points: readonly TrendPoint[]
  /** Findings fixed since then that are not back; hours from the first sight of them. */
  toFix: { count: number; meanHours: number | null; medianHours: number | null }
  oldest: (StoredFinding & { job: string }) | null
}

const dayMs = 86_400_000
const mostJobs = 20_000
const mostPoints = 1000

/** Open, new and fixed findings of a branch over its runs. A recipe that did not come to its end leaves the numbers as they were. */
export function trendOf(db: Db, project: Project, ref: string, days: number, now: number): Trend {
  const since = new Date(now - days * dayMs).toISOString()
  const { before, jobs } = talliedJobs(db, project.id, { ref, since, most: mostJobs })
  const points = pointsOf(before, jobs)
  const hours = hoursToFix(db, project.id, { ref, since })
  const oldest = oldestOpen(db, speakingJobs(db, project.id, ref))
  return {
    project: project.name, ref, since, points: points.slice(-mostPoints), truncated: points.length > mostPoints || jobs.length === mostJobs,
    toFix: { count: hours.length, meanHours: hours.length ? hours.reduce((sum, one) => sum + one, 0) / hours.length : null, medianHours: median(hours) },
    oldest: oldest ? findingsById(db, [oldest.id]).map(one => ({ ...one, job: oldest.job }))[0] ?? null : null,
  }
}

/** Jobs in the order of their start → a point for each run, at its last job. */
export function pointsOf(before: readonly TalliedJob[], jobs: readonly TalliedJob[]): TrendPoint[] {
  const speaking = new Map(before.map(job => [job.kind, job]))
  const runs = new Map<string, TalliedJob[]>()
  for (const job of jobs) runs.set(job.runId ?? job.id, [...runs.get(job.runId ?? job.id) ?? [], job])
  return jobs.flatMap(job => {
    const run = runs.get(job.runId ?? job.id) ?? []
    if (job.complete) speaking.set(job.kind, job)
    if (run.at(-1) !== job) return []
    // What a run of everything did not plan any more is no part of the branch.
    if (job.whole) for (const kind of [...speaking.keys()].filter(known => !run.some(one => one.kind === known))) speaking.delete(kind)
    return pointOf(job, [...speaking.values()], run)
  })
}

function pointOf(last: TalliedJob, speaking: readonly TalliedJob[], run: readonly TalliedJob[]): TrendPoint {
  const tools = new Map<string, Flow>()
  const flowOf = (tool: string) => {
    const flow = tools.get(tool) ?? emptyFlow()
    tools.set(tool, flow)
    return flow
  }
  for (const { tool, level, new: fresh, unchanged } of speaking.flatMap(job => job.tallies)) flowOf(tool).open[level] += fresh + unchanged
  for (const { tool, level, new: fresh, fixed } of run.flatMap(job => job.tallies)) {
    flowOf(tool).new[level] += fresh
    flowOf(tool).fixed[level] += fixed
  }
  const sum = emptyFlow()
  for (const flow of tools.values()) for (const key of ['open', 'new', 'fixed'] as const) for (const level of ['error', 'warning', 'note'] as const) sum[key][level] += flow[key][level]
  const named = [...tools].map(([tool, flow]) => ({ tool, ...flow })).toSorted((a, b) => a.tool < b.tool ? -1 : 1)
  return { runId: last.runId, jobId: last.id, sha: last.sha, at: last.at, ...sum, tools: named }
}

const emptyFlow = (): Flow => ({ open: { error: 0, warning: 0, note: 0 }, new: { error: 0, warning: 0, note: 0 }, fixed: { error: 0, warning: 0, note: 0 } })
