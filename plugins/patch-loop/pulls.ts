import { lookoutOf, messageOf, pageOf, post, Refused, type Core, type Project } from '../../core/service.ts'
import { pullApi, PullFault, type PullApi } from './pull-api.ts'
import { pullBody, pullTitle } from './pull-body.ts'
import { endDraft, changeTarget, isOf, targetById, targetsWhere, type Pull, type Target } from './rows.ts'
import { cleaned } from './prompt.ts'
import { shown } from './text.ts'
import { findingsOf } from './trial.ts'

export interface Pulls {
  /** Looks for pull requests to be made or looked at. */
  wake(): void
  close(): Promise<void>
}

export interface PullOptions { everyMs: number; timeoutMs: number; publicUrl: string | undefined; now?: () => number; changed?: () => void; /** A superseded draft's pull request is dealt with. */ closed?: (target: Target) => void }

/** Pauses after failures, in parts of `everyMs` (five minutes); after the last nothing is tried any more. */
const pauses = [0.2, 1, 3, 12, 48, 144]
const mostAnswer = 8 * 2 ** 20
const gone = ['merged', 'rejected', 'superseded', 'expired'] as const

/** Of a draft whose branch was pushed; null where the project does not want one. */
export function wantedPull(project: Project, isPushed: boolean, now: number): Pull | null {
  const { patch, forge } = project.settings ?? {}
  if (!patch?.pull_request || !isPushed || !forge || forge.kind === 'gitlab') return null
  return { state: 'wanted', number: null, url: null, tries: 0, dueAt: now, fault: null }
}

/**
 * Pull requests of pushed drafts: made once, then looked at until they are merged or closed. What is written is one row after one
 * answer, and what was made without being written is found again, so this may be killed anywhere, and two farms make no two.
 */
export function startPulls(core: Core, options: PullOptions): Pulls {
  const { now = Date.now, changed = () => {} } = options
  const busy = new Map<string, Promise<void>>()
  const due = () => targetsWhere(core.db, `pull IS NOT NULL AND json_extract(pull, '$.dueAt') IS NOT NULL AND state IN ('drafted', ${gone.map(state => `'${state}'`).join(', ')})`, {})
  const look = () => {
    const all = due()
    for (const target of all) {
      if (busy.has(target.project) || target.pull?.dueAt == null || target.pull.dueAt > now()) continue
      busy.set(target.project, one(core, options, target.id).then(changed, (error: unknown) => core.log.error('pull request failed', { patch: target.id, message: messageOf(error) }))
        .finally(() => {
          busy.delete(target.project)
          wake()
        }))
    }
    const next = Math.min(...all.filter(target => !busy.has(target.project)).map(target => target.pull?.dueAt ?? Infinity))
    return next === Infinity ? undefined : Math.min(60_000, Math.max(50, next - now()))
  }
  const { wake, close } = lookoutOf({ look, fault: 'pull requests not looked at', retryMs: 60_000, log: core.log, signal: core.signal })
  return {
    wake,
    async close() {
      close()
      await Promise.all(busy.values())
    },
  }
}

async function one(core: Core, options: PullOptions, id: string): Promise<void> {
  const { now = Date.now, everyMs } = options
  const target = targetById(core.db, id)
  if (!target?.pull) return
  const { pull } = target
  const keep = (values: Partial<Pull>) => { changeTarget(core.db, target, { pull: { ...pull, tries: 0, fault: null, ...values } }) }
  const opened: { token?: string } = {}
  try {
    const project = core.farm.project(core.caller, target.project)
    if (!isOf(target, project)) return keep({ state: 'failed', dueAt: null, fault: 'its project was removed' })
    const api = apiOf(core, options, project, opened)
    if (target.state !== 'drafted') {
      keep({ state: await closed(api, target), dueAt: null })
      if (target.state === 'superseded') options.closed?.(target)
      return
    }
    if (pull.number !== null) {
      const there = await api.read(pull.number)
      if (there.state === 'open') return keep({ dueAt: now() + everyMs })
      core.db.transaction(() => {
        keep({ state: there.state, dueAt: null })
        if (there.state === 'merged') endDraft(core, target, 'merged', null, now())
        else endDraft(core, target, 'rejected', 'its pull request was closed without being merged', now())
      }).immediate()
      return
    }
    const made = await madeOrFound(core, options, api, target)
    keep({ state: 'open', number: made.number, url: made.url, dueAt: now() + everyMs })
  } catch (error) {
    // What the farm's own end broke off has not been tried.
    if (core.signal.aborted) return
    const said = shown(cleaned(messageOf(error).replaceAll(opened.token || '\0', '***')), 300)
    const isPassing = error instanceof PullFault ? error.passing : !(error instanceof Refused)
    // An open one is looked at as long as it is open.
    const pause = pull.number !== null && target.state === 'drafted' ? pauses[Math.min(pull.tries, 3)] : isPassing ? pauses[pull.tries] : undefined
    const wait = pause === undefined ? null : Math.max(pause * everyMs, Math.min(error instanceof PullFault ? error.afterMs ?? 0 : 0, 3_600_000))
    keep({ tries: pull.tries + 1, fault: said, ...(wait === null ? { dueAt: null, ...(pull.number === null ? { state: 'failed' as const } : {}) } : { dueAt: now() + wait }) })
    if (wait === null) core.log.warn('pull request given up', { patch: target.id, project: target.project, fault: said })
  }
}

function apiOf(core: Core, { timeoutMs }: PullOptions, project: Project, opened: { token?: string }): PullApi {
  const { forge } = project.settings ?? {}
  const page = forge && pageOf(forge, project.gitUrl)
  if (!forge || forge.kind === 'gitlab' || page === undefined) throw new PullFault('the project names no forge that is known for pull requests, or not where the repository is', { status: null, passing: true })
  const token = core.secret(project.name, forge.token_secret)
  if (token === undefined) throw new PullFault(`the secret ${forge.token_secret} is not set`, { status: null, passing: true })
  opened.token = token
  return pullApi(forge.kind, page, token, outgoing => post(outgoing, { own: core.farm.ports, timeoutMs, signal: core.signal, reads: mostAnswer }))
}

async function madeOrFound(core: Core, { publicUrl }: PullOptions, api: PullApi, target: Target): Promise<{ number: number; url: string }> {
  const branch = target.branch ?? ''
  const there = await api.find(branch, target.sha ?? '')
  if (there) return there
  const base = baseOf(core, target)
  if (base === undefined) throw new PullFault('its findings are of no branch', { status: null, passing: false })
  const page = publicUrl === undefined ? null : `${publicUrl}/patches/${target.id}`
  try {
    return await api.create({ branch, base, title: pullTitle(target), body: pullBody(target, findingsOf(core, target), page) })
  } catch (error) {
    if (!(error instanceof PullFault) || (error.status !== 409 && error.status !== 422)) throw error
    const since = await api.find(branch, target.sha ?? '')
    if (since) return since
    throw error
  }
}

/** The branch that the findings are of. */
function baseOf(core: Core, target: Target): string | undefined {
  try {
    const { branch, ref } = core.farm.job(core.caller, target.baseJob)
    const name = branch ?? ref
    return /^(?:refs\/|[0-9a-f]{40,64}$)/.test(name) ? undefined : name
  } catch { return core.farm.project(core.caller, target.project).defaultBranch }
}

/** Ends the pull request of a draft that has ended; one that somebody else has put commits to is theirs. */
async function closed(api: PullApi, { pull, branch, sha }: Target): Promise<Pull['state']> {
  const there = pull?.number == null ? await api.find(branch ?? '', sha ?? '') : await api.read(pull.number)
  if (!there) return 'closed'
  if (there.state !== 'open') return there.state
  if (there.sha !== sha) return 'left'
  await api.close(there.number)
  return 'closed'
}
