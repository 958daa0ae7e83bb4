import { branchOf } from '../ledger/identities.ts'
import { earlierJobs, latestAt, type Job } from '../ledger/jobs.ts'
import type { Db } from '../ledger/database.ts'
import { isTrial } from '../patches.ts'
import { ancestorsOf, parentOf } from '../run/diff.ts'

export interface Baseline { seq: number; sha: string | null }

/** Older jobs of the default branch are not asked about. */
const mostAsked = 200

/**
 * The job that a new one is compared with: the last of its own branch; on a branch without one the newest of the default
 * branch that its commit descends from, so that what others changed there since is not said to be fixed or new here.
 */
export async function baselineOf(db: Db, job: Job, defaultBranch: string, gitDir: string): Promise<Baseline | undefined> {
  if (isTrial(job) && job.sha) {
    const parent = await parentOf(gitDir, job.sha)
    return parent === undefined ? undefined : latestAt(db, job, parent)
  }
  const [own] = earlierJobs(db, job, branchOf(job), 1)
  if (own) return own
  const others = earlierJobs(db, job, defaultBranch, mostAsked)
  if (others.length === 0 || !job.sha) return others[0]
  const ancestors = await ancestorsOf(gitDir, job.sha).catch(() => new Set<string>())
  return others.find(({ sha }) => sha !== null && ancestors.has(sha)) ?? others[0]
}
