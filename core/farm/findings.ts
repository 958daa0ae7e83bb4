import { checkPath, checkRef, checkSha } from '../definition.ts'
import { FarmError } from '../errors.ts'
import type { Farm } from '../facade.ts'
import { jobSarif, jobsJunit, jobsSarif, projectSarif } from '../findings/export.ts'
import { countFindings } from '../ledger/figures.ts'
import { listFindings } from '../ledger/findings.ts'
import { jobsOfRun } from '../ledger/jobs.ts'
import { findingsOfPeriod, jobsOfPeriod } from '../ledger/period.ts'
import { findingsOfJobs } from '../ledger/project-findings.ts'
import { findProject, type Project } from '../ledger/projects.ts'
import { speakingJobs } from '../ledger/status.ts'
import { listSuppressions } from '../ledger/suppressions.ts'
import { testsOf } from '../ledger/test-history.ts'
import { listTests } from '../ledger/tests.ts'
import { overviewOf } from '../overview.ts'
import { importSarif } from '../run/import-sarif.ts'
import { withUpload } from '../run/upload.ts'
import { statusOf } from '../status.ts'
import { suppress, withdraw } from '../suppress.ts'
import { trendOf } from '../trend.ts'
import type { Rooms } from './rooms.ts'

type Findings = Pick<Farm, 'findings' | 'projectFindings' | 'findingCounts' | 'importSarif' | 'suppress' | 'suppressions' | 'withdraw' | 'endedJobs' | 'periodFindings' | 'jobSarif' | 'jobJunit' | 'runJunit' | 'runSarif' | 'projectSarif' | 'overview' | 'tests' | 'projectTests' | 'status' | 'trend' | 'publicVerdict'>

const sarifLimitBytes = 256 * 2 ** 20

/** What jobs, runs, branches and projects say: findings, tests, verdicts, in every form. */
export function findingCases({ runner, access: { project, job, run }, work }: Rooms): Findings {
  const { db, facts } = runner
  const branchOf = (owner: Project, ref: string | undefined) => ref === undefined ? owner.defaultBranch : checkRef(ref, 'ref')
  const oneByOne = inTurn()
  return {
    findings: (caller, id, filter) => listFindings(db, job(caller, id).seq, filter),
    findingCounts: (caller, id) => countFindings(db, job(caller, id).seq),
    projectFindings(caller, name, { ref, jobId, ...filter }) {
      const owner = project(caller, name)
      const one = jobId === undefined ? undefined : job(caller, jobId)
      if (one && one.projectId !== owner.id) throw new FarmError('not_found', 'No such job')
      return findingsOfJobs(db, one ? [one] : speakingJobs(db, owner.id, branchOf(owner, ref)), filter)
    },
    async importSarif(caller, name, document, { ref, sha, tool, subproject = '' } = {}) {
      const owner = project(caller, name)
      work.accepting(owner.id)
      const wish = { ref: branchOf(owner, ref), subproject: checkPath(subproject, 'subproject'), ...(sha === undefined ? {} : { sha: checkSha(sha, 'sha') }), ...(tool === undefined ? {} : { tool }) }
      const made = await withUpload(runner.config.dataDir, document, sarifLimitBytes, path => oneByOne(() => importSarif(runner, owner, path, wish, runner.stopping)))
      return job(caller, made.id)
    },

    suppress: (caller, name, wish) => suppress(db, facts, project(caller, name), caller.name, wish),
    suppressions: (caller, name, page) => listSuppressions(db, project(caller, name).id, page),
    withdraw: (caller, name, id) => withdraw(db, facts, project(caller, name), caller.name, id),

    endedJobs: (caller, name, period) => jobsOfPeriod(db, project(caller, name).id, period),
    periodFindings: (caller, name, jobs, limit) => findingsOfPeriod(db, project(caller, name).id, jobs, limit),

    jobSarif: (caller, id) => jobSarif(runner, job(caller, id)),
    runSarif: (caller, id) => jobsSarif(runner, jobsOfRun(db, run(caller, id).id)),
    projectSarif(caller, name, branch) {
      const owner = project(caller, name)
      return projectSarif(runner, owner, branchOf(owner, branch))
    },
    jobJunit: (caller, id) => jobsJunit(db, [job(caller, id)]),
    runJunit: (caller, id) => jobsJunit(db, jobsOfRun(db, run(caller, id).id)),
    overview(caller, id) {
      const one = run(caller, id)
      return overviewOf(db, project(caller, one.project), one, jobsOfRun(db, one.id))
    },

    tests: (caller, id) => listTests(db, job(caller, id).seq),
    projectTests(caller, name, { ref, ...filter }) {
      const owner = project(caller, name)
      return testsOf(db, owner.id, branchOf(owner, ref), filter)
    },

    status(caller, name, ref) {
      const owner = project(caller, name)
      return statusOf(db, owner, branchOf(owner, ref))
    },
    trend(caller, name, { ref, days }) {
      const owner = project(caller, name)
      return trendOf(db, owner, branchOf(owner, ref), days, Date.now())
    },
    publicVerdict(name, ref) {
      const shown = findProject(db, { name: '', isAdmin: true }, name)
      return shown?.settings?.badge ? statusOf(db, shown, branchOf(shown, ref)).verdict : undefined
    },
  }
}

/** One document at a time, so that memory holds one. */
function inTurn(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve()
  return work => {
    const next = last.then(work)
    last = next.catch(() => {})
    return next
  }
}
