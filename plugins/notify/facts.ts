import { createHash } from 'node:crypto'
import { eventsOf, isNews, pageOf, wantedOf, type Core, type Fact, type Facts, type Job, type Project, type Run } from '../../core/service.ts'
import { contextOf, verdictOf } from './commit.ts'
import type { CommitStatus } from './forges.ts'
import type { Notice, NoticeJob } from './notice.ts'
import { drop, put } from './outbox.ts'
import { whole } from './words.ts'

/** From facts to what goes out. Each fact may come more than once: ids are made from it, and it is acted upon in one transaction. */
export interface Teller { core: Core; now(): number; /** The farm's address for people, without a slash at its end. */ publicUrl: string | undefined }

export function jobEnded(teller: Teller, fact: Fact<'job.finished'>): void {
  const { core } = teller
  const project = core.projectOf(fact)
  if (!project?.settings?.hooks?.length) return
  const { run, job } = fact.data
  if (run !== null) {
    core.db.prepare('INSERT OR IGNORE INTO notify_jobs (run, job, project, project_id, data) VALUES (?, ?, ?, ?, ?)').run(run, job, project.name, project.id, JSON.stringify(fact.data))
    return
  }
  const { ref = null } = found(() => core.farm.job(core.caller, job)) ?? {}
  if (ref !== null && !isNews({ ref })) return
  const one = noticeJob(fact.data)
  tell(teller, fact, project, { type: 'job.finished', events: one.events, ref, sha: fact.data.sha, run: null, jobs: [one], patch: null, path: `/jobs/${job}` })
}

export function runEnded(teller: Teller, fact: Fact<'run.finished'>): void {
  const { core } = teller
  const { run: id, status, sha } = fact.data
  const project = core.projectOf(fact)
  const of = found(() => core.farm.run(core.caller, id))
  core.db.transaction(() => {
    const rows = core.db.prepare('DELETE FROM notify_jobs WHERE run = ? RETURNING data').all(id) as { data: string }[]
    if (!project || !of) return
    const told = new Map(rows.map(row => JSON.parse(row.data) as Facts['job.finished']).map(data => [data.job, noticeJob(data)]))
    // In the order of the run, however they ended.
    const jobs = of.jobs.flatMap(job => told.get(job.id) ?? [])
    if (isNews(of.run)) tell(teller, fact, project, { type: 'run.finished', events: [...new Set(jobs.flatMap(job => job.events))], ref: of.run.ref, sha, run: { id, status }, jobs, patch: null, path: `/runs/${id}` })
    mark(teller, project, of.run, verdictOf(core, of.run, of.jobs), fact.id)
  }).immediate()
}

/** A run's first job: from now on its commit is being looked at. */
export function jobBegan(teller: Teller, fact: Fact<'job.started'>): void {
  const { core } = teller
  const id = fact.data.run
  const project = core.projectOf(fact)
  if (id === null || !project?.settings?.forge) return
  // Another process may end the run meanwhile, and say so.
  core.db.transaction(() => {
    const of = found(() => core.farm.run(core.caller, id))
    if (of?.run.status === 'running') mark(teller, project, of.run, { state: 'pending', description: `${of.jobs.length} ${of.jobs.length === 1 ? 'recipe' : 'recipes'}` }, 0)
  }).immediate()
}

export function patchDrafted(teller: Teller, fact: Fact<'patch.drafted'>): void {
  const { patch: id, branch, title } = fact.data
  const project = teller.core.projectOf(fact)
  if (project) tell(teller, fact, project, { type: 'patch.drafted', events: eventsOf(fact), ref: null, sha: null, run: null, jobs: [], patch: { id, branch, title: whole(title) }, path: `/patches/${id}` })
}

function tell({ core, now, publicUrl }: Teller, fact: Fact, project: Project, { path, ...all }: Omit<Notice, 'at' | 'project' | 'url'> & { path: string }): void {
  for (const { on, ...target } of project.settings?.hooks ?? []) {
    const wanted = (events: Notice['events']) => wantedOf(events, on ?? project.notify.on)
    const events = wanted(all.events)
    if (events.length === 0) continue
    const lane = `hook ${digest(project.name, target)}`
    const jobs = all.jobs.map(job => ({ ...job, events: wanted(job.events) })).filter(job => job.events.length > 0)
    const message: Notice = { ...all, at: fact.at, project: project.name, events, jobs, url: publicUrl === undefined ? null : publicUrl + path }
    put(core.db, { id: digest(lane, fact.id), project, lane, parcel: { what: 'hook', target, message }, now: now() })
  }
}

function mark({ core, now, publicUrl }: Teller, project: Project, run: Run, verdict: Pick<CommitStatus, 'state' | 'description'>, fact: number): void {
  const { forge } = project.settings ?? {}
  const page = forge && pageOf(forge, project.gitUrl)
  if (!forge || page === undefined || run.sha === null) return
  const message: CommitStatus = { sha: run.sha, ref: run.ref, ...verdict, context: contextOf(run), url: publicUrl === undefined ? null : `${publicUrl}/runs/${run.id}` }
  const lane = `status ${digest(project.name, page, run.sha, message.context)}`
  const id = digest(lane, run.id, fact)
  const isFresh = put(core.db, { id, project, lane, parcel: { what: 'status', target: { kind: 'status', forge: forge.kind, page, token_secret: forge.token_secret }, message }, now: now() })
  // What comes a second time overtakes nothing: a later one may have come in between.
  if (isFresh) drop(core.db, lane, id, now())
}

function noticeJob(data: Facts['job.finished']): NoticeJob {
  const { job, recipe, subproject, language, status, tests, findings, advisories = 0 } = data
  return { job, recipe, subproject, language, status, tests, findings, advisories, events: eventsOf({ id: 0, name: 'job.finished', at: '', data }) }
}

const digest = (...parts: unknown[]) => createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32)

/** Undefined for what is gone by now. */
function found<T extends Job | { run: Run; jobs: Job[] }>(look: () => T): T | undefined {
  try {
    return look()
  } catch { return undefined }
}
