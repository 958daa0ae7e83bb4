import { FarmError } from '../errors.ts'
import { findBisect, type Bisect } from '../ledger/bisects.ts'
import type { Db } from '../ledger/database.ts'
import { findJob, type Job } from '../ledger/jobs.ts'
import { findProject, type Project } from '../ledger/projects.ts'
import { findRun, type Run } from '../ledger/runs.ts'
import type { Caller } from '../ledger/tokens.ts'

/** What a caller sees. What somebody else owns is `not_found`, as is what nobody has. */
export interface Access {
  project(caller: Caller, name: string): Project
  job(caller: Caller, id: string): Job
  run(caller: Caller, id: string): Run
  bisect(caller: Caller, id: string): Bisect
}

export function accessTo(db: Db): Access {
  return {
    project: (caller, name) => owned(findProject(db, caller, name), 'project'),
    job: (caller, id) => owned(findJob(db, caller, id), 'job'),
    run: (caller, id) => owned(findRun(db, caller, id), 'run'),
    bisect: (caller, id) => owned(findBisect(db, caller, id), 'bisect'),
  }
}

function owned<T>(found: T | undefined, what: string): T {
  if (found === undefined) throw new FarmError('not_found', `No such ${what}`)
  return found
}
