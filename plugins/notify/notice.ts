import type { Facts, NotifyEvent } from '../../core/service.ts'

/** A job as it ended, and which of the events it is. */
export type NoticeJob = Pick<Facts['job.finished'], 'job' | 'recipe' | 'subproject' | 'language' | 'status' | 'tests' | 'findings'> & { advisories: number; events: readonly NotifyEvent[] }

/** What somebody is told: of a run, of a job outside of any, or of a patch. */
export interface Notice {
  type: 'run.finished' | 'job.finished' | 'patch.drafted'
  /** ISO 8601, UTC. */
  at: string
  project: string
  events: readonly NotifyEvent[]
  ref: string | null
  sha: string | null
  run: { id: string; status: string } | null
  /** Those that are events to the receiver. */
  jobs: readonly NoticeJob[]
  patch: { id: string; branch: string; title: string } | null
  /** Where more can be read; null where the farm's own address is not known (CRAFTING_PUBLIC_URL). */
  url: string | null
}

/** What goes to a webhook: `type`, `timestamp` and `data`, as Standard Webhooks have it. */
export function noticeJson({ type, at, project, events, ref, sha, run, jobs, patch, url }: Notice): unknown {
  return {
    type, timestamp: at,
    data: {
      project, events, ref, sha, run: run && { run_id: run.id, status: run.status },
      jobs: jobs.map(({ job, ...rest }) => ({ job_id: job, ...rest })), patch: patch && { patch_id: patch.id, branch: patch.branch, title: patch.title }, url,
    },
  }
}
