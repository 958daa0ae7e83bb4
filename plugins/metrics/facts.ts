import { Counter, Histogram, type Registry } from 'prom-client'
import type { Fact, Job, ServiceCore } from '../../core/service.ts'
import { recipeLabel } from './labels.ts'

/** Seconds. */
const durations = [0.1, 0.5, 1, 5, 15, 60, 300, 900, 1800, 3600, 7200]

/** Counters begin at nothing with each start of the farm, as Prometheus expects; facts that were not delivered before are counted then. */
export function countFacts(core: ServiceCore, registry: Registry): void {
  const registers = [registry]
  const ended = jobCounters(registry)
  core.on('job.finished', ({ data }) => ended(core, data))

  const runs = new Counter({ name: 'crafting_runs_total', help: 'Runs that have ended.', labelNames: ['status'], registers })
  core.on('run.finished', ({ data }) => runs.inc({ status: data.status }))

  const digests = new Counter({ name: 'crafting_digests_sent_total', help: 'Digests that a mail server has taken.', registers })
  const recipients = new Counter({ name: 'crafting_digest_recipients_total', help: 'Recipients of those.', registers })
  core.on('digest.sent', ({ data }) => {
    digests.inc()
    recipients.inc(data.recipients)
  })

  const patches = new Counter({ name: 'crafting_patches_total', help: 'Patches: drafted on a branch, or abandoned.', labelNames: ['outcome'], registers })
  for (const outcome of ['drafted', 'abandoned']) patches.inc({ outcome }, 0)
  core.on('patch.drafted', () => patches.inc({ outcome: 'drafted' }))
  core.on('patch.abandoned', () => patches.inc({ outcome: 'abandoned' }))

  const failures = new Counter({ name: 'crafting_service_failures_total', help: 'Facts that a service could not deal with; it is given them again.', labelNames: ['service', 'fact'], registers })
  core.on('service.failed', ({ data }) => failures.inc({ service: data.service, fact: data.name }))
}

function jobCounters(registry: Registry): (core: ServiceCore, job: Fact<'job.finished'>['data']) => void {
  const registers = [registry]
  const jobs = new Counter({ name: 'crafting_jobs_total', help: 'Jobs that have ended.', labelNames: ['status', 'recipe', 'language'], registers })
  const runs = new Histogram({ name: 'crafting_job_duration_seconds', help: 'From the start of a job to its end.', labelNames: ['status', 'recipe'], buckets: durations, registers })
  const waits = new Histogram({ name: 'crafting_job_wait_seconds', help: 'From the request for a job to its start.', buckets: durations, registers })
  const findings = new Counter({ name: 'crafting_findings_total', help: 'Findings of jobs that have ended, accepted ones included.', labelNames: ['state', 'level'], registers })
  const tests = new Counter({ name: 'crafting_tests_total', help: 'Tests of jobs that have ended.', labelNames: ['outcome'], registers })
  return (core, { job: id, status, language, tests: counts, ...rest }) => {
    const recipe = recipeLabel(rest.recipe)
    jobs.inc({ status, recipe, language: core.farm.packs.some(pack => pack.name === language) ? language : 'other' })
    for (const outcome of ['passed', 'failed', 'skipped'] as const) tests.inc({ outcome }, counts?.[outcome] ?? 0)
    const job = jobOf(core, id)
    if (!job) return
    for (const { state, level, count } of core.farm.findingCounts(core.caller, id)) findings.inc({ state, level }, count)
    if (job.startedAt === null || job.finishedAt === null) return
    runs.observe({ status, recipe }, secondsBetween(job.startedAt, job.finishedAt))
    waits.observe(secondsBetween(job.createdAt, job.startedAt))
  }
}

/** Clocks are set back, too. */
const secondsBetween = (from: string, to: string) => Math.max(0, Date.parse(to) - Date.parse(from)) / 1000

/** Undefined where its project has been removed since. */
function jobOf(core: ServiceCore, id: string): Job | undefined {
  try {
    return core.farm.job(core.caller, id)
  } catch { return undefined }
}
