import { eventsOfJob, isNews, wantedOf, type AdvisoryCounts, type Core, type NotifyEvent, type PatchSummary, type PeriodJob, type Project, type StoredFinding } from '../../core/service.ts'
import type { DigestConfig } from './config.ts'
import { windowOf } from './days.ts'
import { clean } from './words.ts'

export interface FailingJob { id: string; subproject: string; language: string; recipe: string; ref: string; status: string; message: string | null; log: string[] }
export interface ShownFinding { id: number; level: string; tool: string; rule: string | null; message: string; file: string | null; line: number | null }
export interface ShownAdvisory { id: string; package: string; installed: string | null; fixed: string | null; severity: number | null; url: string | null }
export interface ShownPatch { id: string; title: string; branch: string | null; pullUrl: string | null }

/** Everything that a digest says; both bodies are made from it. All text in it is one line and clean. */
export interface Digest {
  date: string
  project: string
  /** The window, ISO 8601. */
  from: string
  until: string
  timezone: string
  verdict: 'failing' | 'attention' | 'well' | 'quiet'
  /** What the project wants to hear of, and what of that there was. */
  events: NotifyEvent[]
  /** All that ended in the window; `told`: those that the project wants to hear of. */
  jobs: { all: number; told: number; passed: number; failed: number; other: number }
  /** How many jobs failed, and did not fail the last time. */
  recovered: number
  failing: { count: number; shown: FailingJob[] }
  findings: { fresh: number; open: number; fixed: number; shown: ShownFinding[]; gone: ShownFinding[] }
  advisories: { counts: AdvisoryCounts; count: number; shown: ShownAdvisory[] }
  /** Those that wait for a human. */
  patches: { count: number; shown: ShownPatch[] }
}

/** How many of each kind are shown before `N more`. */
export const shownOfEach = 10
const logLines = 5
const failed = (job: { status: string }) => ['failed', 'timed_out', 'error'].includes(job.status)

/** What a project's digest of a day says. Reads only. */
export async function gather(core: Core, project: Project, date: string, config: DigestConfig): Promise<Digest> {
  const window = windowOf(date, config)
  const ended = core.farm.endedJobs(core.caller, project.name, window).filter(isNews)
  const events = new Map(ended.map(job => [job.id, wantedOf(eventsOfJob(job), project.notify.on)]))
  const told = ended.filter(job => events.get(job.id)?.length)
  const last = [...new Map(told.map(job => [keyOf(job), job])).values()]
  const failing = last.filter(failed)
  const found = core.farm.periodFindings(core.caller, project.name, told.map(job => job.seq), shownOfEach)
  const drafted = wantedOf(patchesOf(core, project, window) ? ['patch_drafted'] : [], project.notify.on)
  const waiting = wantedOf(['patch_drafted'], project.notify.on).length ? core.farm.patches?.list(core.caller, { project: project.name, state: 'drafted', limit: 1000 }) ?? [] : []
  const { counts } = found.advisories
  const count = Object.values(counts).reduce((sum, one) => sum + one, 0)
  const worry = found.fresh.shown.some(one => one.finding.level !== 'note') || count > 0
  return {
    date, project: project.name, ...window, timezone: config.timezone,
    verdict: failing.length ? 'failing' : worry ? 'attention' : told.length || drafted.length ? 'well' : 'quiet',
    events: [...new Set([...events.values(), drafted].flat())],
    jobs: { all: ended.length, told: told.length, passed: told.filter(job => job.status === 'passed').length, failed: told.filter(failed).length, other: told.filter(job => job.status !== 'passed' && !failed(job)).length },
    recovered: recoveredOf(told, last),
    failing: { count: failing.length, shown: await Promise.all(failing.slice(0, shownOfEach).map(job => failingJob(core, job))) },
    findings: { fresh: found.fresh.count, open: found.open.count, fixed: found.fixed.count, shown: found.fresh.shown.map(shownFinding), gone: found.fixed.shown.map(shownFinding) },
    advisories: { counts, count, shown: found.advisories.shown.flatMap(shownAdvisory) },
    patches: { count: waiting.length, shown: waiting.slice(0, shownOfEach).map(shownPatch) },
  }
}

/** Whether there is a reason to send it. */
export function isWorthTelling(digest: Digest, on: readonly string[]): boolean {
  return on.includes('nightly_summary') || digest.events.length > 0
}

const keyOf = (job: PeriodJob) => JSON.stringify([job.ref, job.subproject, job.language, job.recipe])

function recoveredOf(told: readonly PeriodJob[], last: readonly PeriodJob[]): number {
  const fell = new Set(told.filter(failed).map(keyOf))
  return last.filter(job => job.status === 'passed' && fell.has(keyOf(job))).length
}

function patchesOf(core: Core, { id, name }: Project, { from, until }: { from: string; until: string }): number {
  return (core.db.prepare('SELECT count(*) AS count FROM digest_patches WHERE project = @name AND at >= @from AND at < @until AND coalesce(project_id, @id) = @id').get({ id, name, from, until }) as { count: number }).count
}

async function failingJob({ farm, caller }: Core, { id, subproject, language, recipe, ref, status, message }: PeriodJob): Promise<FailingJob> {
  const log = await farm.lastLines(farm.job(caller, id), logLines).catch(() => [])
  return { id, subproject: clean(subproject, 100) || '.', language, recipe, ref: clean(ref, 100), status, message: message === null ? null : clean(message, 200), log: log.map(line => clean(line, 160)) }
}

function shownFinding({ id, finding }: StoredFinding): ShownFinding {
  const { level, tool, rule, message, file, line } = finding
  return { id, level, tool: clean(tool, 40), rule: rule === undefined ? null : clean(rule, 80), message: clean(message, 200), file: file === undefined ? null : clean(file, 160), line: line ?? null }
}

function shownAdvisory({ finding: { advisory } }: StoredFinding): ShownAdvisory[] {
  if (!advisory) return []
  const id = advisory.ids.find(one => one.startsWith('CVE-')) ?? advisory.ids[0] ?? ''
  const url = advisory.url !== undefined && /^https?:\/\/[^\s<>"']{1,300}$/.test(advisory.url) ? advisory.url : null
  return [{ id: clean(id, 40), package: clean(advisory.package, 80), installed: clean(advisory.installed ?? '', 40) || null, fixed: clean(advisory.fixed ?? '', 40) || null, severity: advisory.severity ?? null, url }]
}

function shownPatch({ id, title, branch, pullUrl }: PatchSummary): ShownPatch {
  return { id, title: clean(title, 160), branch: branch === null ? null : clean(branch, 120), pullUrl: pullUrl !== null && /^https?:\/\/[^\s<>"']{1,300}$/.test(pullUrl) ? pullUrl : null }
}
