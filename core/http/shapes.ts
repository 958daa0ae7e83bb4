import type { z } from 'zod'
import type { Fix, Location } from '../contract.ts'
import type { Health, PackReport } from '../facade.ts'
import type { StoredFinding } from '../ledger/findings.ts'
import type { Moment } from '../ledger/identities.ts'
import type { Job } from '../ledger/jobs.ts'
import type { Project, Subproject } from '../ledger/projects.ts'
import type { Run } from '../ledger/runs.ts'
import type { SuppressionRecord } from '../ledger/suppressions.ts'
import type { Token } from '../ledger/tokens.ts'
import type * as schema from '../schemas.ts'
import type { Status } from '../status.ts'

/** Between the wire's names and the farm's. */

const usual = ['build', 'test', 'lint', 'audit'] as const

export function projectJson(project: Project): z.input<typeof schema.project> {
  return {
    name: project.name, git_url: project.gitUrl, default_branch: project.defaultBranch, languages: [...project.languages],
    subprojects: project.subprojects.map(subprojectJson),
    notify: { email: [...project.notify.email], on: [...project.notify.on] },
    ...project.settings,
    owner: project.owner, created_at: project.createdAt, updated_at: project.updatedAt,
  }
}

function subprojectJson({ path, language, recipes, timeoutSecs }: Subproject): z.input<typeof schema.project>['subprojects'][number] {
  const isUsual = (name: string) => usual.some(one => one === name)
  const known = Object.entries(recipes).filter(([name]) => isUsual(name))
  const further = Object.entries(recipes).filter(([name]) => !isUsual(name))
  return {
    path, language, ...Object.fromEntries(known),
    ...(further.length ? { recipes: Object.fromEntries(further) } : {}),
    ...(timeoutSecs === undefined ? {} : { timeout_secs: timeoutSecs }),
  }
}

/** `branch` is another word for `ref`. */
export function refOf({ ref, branch, sha }: { ref?: string | undefined; branch?: string | undefined; sha?: string | undefined }): { ref?: string; sha?: string } {
  const on = ref ?? branch
  return { ...(on === undefined ? {} : { ref: on }), ...(sha === undefined ? {} : { sha }) }
}

export function jobJson(job: Job): z.input<typeof schema.job> {
  const { snapshot } = job
  return {
    job_id: job.id, id: job.id, project: job.project, subproject: job.subproject, language: job.language, recipe: job.recipe,
    ref: job.ref, branch: job.branch, sha: job.sha, status: job.status, exit_code: job.exitCode, message: job.message, run_id: job.runId,
    recipe_snapshot: snapshot && { source: snapshot.source, setup: snapshot.setup ?? null, run: snapshot.run, timeout_secs: snapshot.timeoutSecs, network: snapshot.network, needs: [...snapshot.needs] },
    rerun_failed: job.rerunFailed, tests: job.tests, findings: job.findings, ...times(job),
  }
}

export function runJson(run: Run): z.input<typeof schema.run> {
  const { recipes, languages, subprojects } = run.request
  return {
    run_id: run.id, id: run.id, project: run.project, ref: run.ref, sha: run.sha, status: run.status, message: run.message,
    recipes: [...recipes], languages: [...languages], subprojects: [...subprojects], ...times(run),
  }
}

function times({ createdAt, startedAt, finishedAt }: { createdAt: string; startedAt: string | null; finishedAt: string | null }) {
  return {
    created_at: createdAt, started_at: startedAt, finished_at: finishedAt,
    duration_secs: startedAt && finishedAt ? (Date.parse(finishedAt) - Date.parse(startedAt)) / 1000 : null,
  }
}

export function findingJson({ id, fingerprint, state, snippet, finding, identity, firstSeen, lastSeen, fixedIn, reopened, introduced, suppression }: StoredFinding): z.input<typeof schema.finding> {
  const { advisory, help } = finding
  return {
    id, fingerprint, state, tool: finding.tool, rule: finding.rule ?? null, level: finding.level, severity: finding.level, kind: finding.kind, message: finding.message,
    ...placeJson(finding), file: finding.file ?? null,
    advisory: advisory ? {
      ids: [...advisory.ids], package: advisory.package, ecosystem: advisory.ecosystem, installed: advisory.installed ?? null, fixed: advisory.fixed ?? null,
      severity: advisory.severity ?? null, url: advisory.url ?? null,
    } : null,
    help: help ? { text: help.text ?? null, url: help.url ?? null } : null,
    related: (finding.related ?? []).map(one => ({ file: one.file, ...placeJson(one), message: one.message ?? null })),
    fixes: (finding.fixes ?? []).map(fixJson),
    trace: finding.trace ?? null,
    snippet: snippet ? { start: snippet.start, lines: [...snippet.lines] } : null,
    identity, first_seen: momentJson(firstSeen), last_seen: momentJson(lastSeen), fixed_in: momentJson(fixedIn), reopened, introduced: introduced && { bisect_id: introduced.bisect, commit: introduced.commit, line: introduced.line },
    suppression: suppression && { source: suppression.source, id: suppression.id, reason: suppression.reason, by: suppression.by, at: suppression.at, until: suppression.until },
  }
}

export function suppressionJson({ finding, ...record }: SuppressionRecord): z.input<typeof schema.suppressionRecord> {
  return { ...record, finding: { ...finding, rule: finding.rule ?? null, file: finding.file ?? null, line: finding.line ?? null } }
}

function momentJson(moment: Moment | null) {
  return moment && { job_id: moment.job, run_id: moment.run, sha: moment.sha, at: moment.at }
}

function placeJson(at: Omit<Location, 'file' | 'message'>) {
  return { line: at.line ?? null, column: at.column ?? null, end_line: at.endLine ?? null, end_column: at.endColumn ?? null }
}

function fixJson(fix: Fix) {
  return {
    description: fix.description ?? null,
    changes: fix.changes.map(({ file, replacements }) => ({
      file, replacements: replacements.map(one => ({ line: one.line, column: one.column, end_line: one.endLine, end_column: one.endColumn, text: one.text })),
    })),
  }
}

export function statusLineJson({ project, ref, sha, verdict, settled, reasons, findings, tests }: Status): z.input<typeof schema.statuses>['projects'][number] {
  return { project, ref, sha, verdict, settled, reasons: reasons.map(({ job, ...rest }) => ({ ...rest, job_id: job })), findings, tests }
}

export function statusJson(status: Status): z.input<typeof schema.status> {
  const { jobs, open, top } = status
  return {
    ...statusLineJson(status), jobs: jobs.map(jobJson), open: { runs: [...open.runs], jobs: [...open.jobs] },
    top: top.map(one => ({ ...findingJson(one), job_id: one.job })),
  }
}

export function tokenJson(token: Token): z.input<typeof schema.tokens>['tokens'][number] {
  return { name: token.name, is_admin: token.isAdmin, ip_cidrs: [...token.ipCidrs], created_at: token.createdAt, last_used_at: token.lastUsedAt }
}

export function healthJson({ status, version, runner, sandbox: { mode, reason }, limits, ledger, disks, services }: Health): z.input<typeof schema.health> {
  return {
    status, version, runner, sandbox: { mode, reason }, limits: { mode: limits.mode, reason: limits.reason, memory_mb: limits.memoryMb, pids: limits.pids }, ledger,
    disks: disks.map(({ name, ok, freeMb, message }) => ({ name, ok, free_mb: freeMb, message })), services: [...services],
  }
}

export function packJson(pack: PackReport): z.input<typeof schema.packs>['packs'][number] {
  return {
    name: pack.name, title: pack.title, aliases: [...pack.aliases], markers: [...pack.markers], recipes: pack.recipes.map(({ name, title }) => ({ name, title })), parsers: [...pack.parsers],
    tools: pack.tools.map(({ name, version, get, neededFor }) => ({ name, version, get, needed_for: [...neededFor] })),
  }
}
