import type { Fact, FactName, Facts } from './contract.ts'
import { isTrial } from './patches.ts'

/** What a project can ask to be told of: `notify.on`, and `on` of its hooks. */
export const notifyEvents = ['audit_pass', 'audit_fail', 'test_fail', 'lint_warn', 'cve_found', 'patch_drafted', 'nightly_summary'] as const
export type NotifyEvent = (typeof notifyEvents)[number]

/** Where a project names none. */
export const defaultEvents: readonly NotifyEvent[] = ['audit_fail', 'cve_found', 'patch_drafted']

/**
 * Whether a job tells anything of a branch. What tries a patch tells of the patch; what runs at a bare commit (a search for the one that broke something, or
 * somebody who wants to know) was asked for by who waits for it.
 */
export const isNews = ({ ref }: { ref: string }): boolean => !isTrial({ ref }) && !/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(ref)

/** What the events of a job depend on: a fact `job.finished`, or a job as the ledger has it with its advisories counted. */
export type EndedJob = Pick<Facts['job.finished'], 'recipe' | 'status' | 'advisories'> & { findings: Pick<Facts['job.finished']['findings'], 'warning'> | null }

/** `nightly_summary` stands for every job that has ended. A cancelled or skipped job neither passes nor fails. */
export function eventsOfJob({ recipe, status, findings, advisories = 0 }: EndedJob): NotifyEvent[] {
  const failed = status === 'failed' || status === 'timed_out' || status === 'error'
  const holds: Readonly<Record<NotifyEvent, boolean>> = {
    audit_pass: recipe === 'audit' && status === 'passed',
    audit_fail: recipe === 'audit' && failed,
    test_fail: recipe === 'test' && failed,
    lint_warn: recipe === 'lint' && (findings?.warning ?? 0) > 0,
    cve_found: advisories > 0,
    patch_drafted: false,
    nightly_summary: status !== 'queued' && status !== 'running',
  }
  return notifyEvents.filter(event => holds[event])
}

/** Empty for facts that are no event to anybody. */
export function eventsOf(fact: Fact): readonly NotifyEvent[] {
  if (isFact(fact, 'job.finished')) return eventsOfJob(fact.data)
  if (isFact(fact, 'patch.drafted')) return ['patch_drafted']
  return []
}

/** Those of the events that somebody who named `on` wants to hear of. */
export function wantedOf(events: readonly NotifyEvent[], on: readonly string[]): NotifyEvent[] {
  const wanted: readonly string[] = on.length ? on : defaultEvents
  return events.filter(event => wanted.includes(event))
}

export function isFact<K extends FactName>(fact: Fact, name: K): fact is Fact<K> {
  return fact.name === name
}
