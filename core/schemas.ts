import { z } from 'zod'
import { notifyEvents } from './events.ts'
import { reruns, settings } from './settings.ts'

/**
 * What goes over the wire, in the wire's own names. Requests are checked with these, answers are described by them,
 * and openapi.json is generated from them. Slow to import (zod): only doors that speak JSON may.
 */

export const shapes = z.registry<{ id: string; description?: string }>()

/** Gives a schema its name in openapi.json. */
function named<T extends z.ZodType>(id: string, schema: T, description?: string): T {
  shapes.add(schema, description === undefined ? { id } : { id, description })
  return schema
}

const nameForm = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/
export const name = z.string().regex(nameForm, 'must be 1 to 64 letters, digits, dots, dashes or underscores, and start with a letter or digit')
/** One line of text without control characters. Written out: not every client's regular expressions know \p{Cc}. */
const line = (max: number) => z.string().max(max).regex(/^[^\u0000-\u001f\u007f-\u009f]*$/u, 'must not hold control characters')
const filled = (max: number) => line(max).min(1)
const recipeName = z.string().regex(/^[a-z][a-z0-9_-]{0,31}$/, 'must be 1 to 32 lower-case letters, digits, dashes or underscores, and start with a letter')
const command = z.string().min(1).max(32_768).regex(/^[^\u0000]*$/, 'must not hold NUL')
const time = z.string().describe('ISO 8601, UTC')
const count = z.int().min(0)
const level = z.enum(['error', 'warning', 'note'])
const nextCursor = z.string().nullable().describe('Pass it as `cursor` for the next page; null on the last')

// ---------------------------------------------------------------- requests

/** Relative, below the repository's root. Symbolic links are looked at when the job's checkout stands. */
const subprojectPath = line(512)
  .refine(path => !path.startsWith('/') && !path.includes('\\') && !path.split('/').includes('..'), 'must be relative to the repository, with / between names and without ..')
  .describe("Relative to the repository; '' or '.' is its root")

const revision = filled(255)
  .refine(text => !text.startsWith('-') && !/[\s~^:?*[\\]|\.\.|@\{/.test(text), 'must be a branch, a tag or a commit')
const sha = z.string().regex(/^[0-9a-fA-F]{7,64}$/, 'must be a commit: 7 to 64 hexadecimal digits')

/** Recipes that have a field of their own. */
const usual = ['build', 'test', 'lint', 'audit'] as const

export const subprojectIn = named('SubprojectDefinition', z.strictObject({
  path: subprojectPath,
  language: name,
  build: command.nullish(), test: command.nullish(), lint: command.nullish(), audit: command.nullish(),
  recipes: z.record(recipeName, command.nullable()).optional().describe('Further recipes by name'),
  timeout_secs: z.int().min(1).max(86_400).nullish(),
}).superRefine((one, ctx) => {
  for (const name of usual) if (one[name] !== undefined && Object.hasOwn(one.recipes ?? {}, name)) ctx.addIssue({ code: 'custom', path: ['recipes', name], message: `is given as ${name} too: name it once` })
}), 'Recipes are shell text. One that is left out is the language pack\'s own; null turns it off.')

/** What mail programs read as more than one address, as a comment, a group or as nothing at all is in none of its parts: one mailbox has one spelling. */
const mailboxPart = String.raw`[^\s@,:;<>()[\]\\"\p{Cc}\p{Cf}]+`
const email = z.string().max(254).regex(new RegExp(String.raw`^${mailboxPart}@(?:${mailboxPart}(?<!\.)|\[[\da-fA-F.:IPv]+\])$`, 'u'), 'must be an e-mail address')

const notifyIn = z.strictObject({
  email: z.union([email, z.array(email).max(100)]).optional(),
  on: z.array(z.enum(notifyEvents)).max(notifyEvents.length).optional(),
})

const definition = {
  git_url: filled(2048).describe('http, https, ssh or user@host:path; file where the farm allows it'),
  default_branch: revision.optional().describe('Default: main'),
  languages: z.array(name).max(100).optional(),
  subprojects: z.array(subprojectIn).max(500).optional(),
  notify: notifyIn.nullish(),
  ...settings,
}

export const projectIn = named('ProjectDefinition', z.strictObject({ name, ...definition }))

/** What GET answers can be sent back: what is not the caller's to change must then be as it was. */
export const projectUpdate = named('ProjectUpdate', z.strictObject({
  name: name.optional(), ...definition,
  owner: z.string().optional(), created_at: z.string().optional(), updated_at: z.string().optional(),
}), 'The whole definition: what is left out gets its default. owner, created_at and updated_at are read-only.')

const branchName = (text: string) => text.replace(/^refs\/heads\//, '')

/** `branch` is another word for `ref`: two that differ are two wishes. */
function oneRevision({ ref, branch }: { ref?: string | undefined; branch?: string | undefined }, ctx: z.RefinementCtx): void {
  if (ref !== undefined && branch !== undefined && branchName(ref) !== branchName(branch)) ctx.addIssue({ code: 'custom', path: ['branch'], message: 'differs from ref, and means the same: leave one of them out' })
}

const wanted = {
  ref: revision.optional().describe('A branch, a tag or a commit. Default: the project\'s default branch'),
  branch: revision.optional().describe('The same as ref'),
  sha: sha.optional(),
}

export const jobIn = named('JobRequest', z.strictObject({ recipe: recipeName, subproject: subprojectPath.optional(), ...wanted, rerun_failed: reruns.optional() }).superRefine(oneRevision))

export const runIn = named('RunRequest', z.strictObject({
  ...wanted,
  recipes: z.array(recipeName).max(100).optional(),
  languages: z.array(name).max(100).optional(),
  subprojects: z.array(subprojectPath).max(500).optional(),
  rerun_failed: reruns.optional(),
  request_id: filled(100).optional().describe('The same id with the same request gives the same run, however often it is sent'),
}).superRefine(oneRevision), 'An empty or missing list means everything there is.')

export const bisectIn = named('BisectRequest', z.strictObject({
  finding: z.int().min(1).optional().describe('The id of a finding, as a job that has it gives it'),
  test: z.string().min(1).max(512).optional().describe('The name of a test that fails on ref'),
  ref: revision.optional().describe("For a test: the branch. Default: the project's default branch"),
  good: revision.optional().describe('A commit that is without; default: the last one that a job has shown to be, else the search goes back to the first commit'),
}), 'Either finding or test.')

export const secretIn = named('SecretValue', z.strictObject({ value: z.string().max(65_536) }))
export const suppressionIn = named('SuppressionRequest', z.strictObject({
  finding: z.int().min(1).optional().describe('The id of a finding in any job'),
  identity: z.int().min(1).optional().describe('Instead of `finding`'),
  reason: z.string().max(2000).regex(/\S/, 'must say why'),
  until: filled(40).optional().describe('A date, which counts to its end (UTC), or an ISO 8601 time; default: for ever'),
}))

export const nothing = named('Nothing', z.strictObject({}))

/** `network` tells whether a text is an address or a CIDR; it needs node:net, which a schema must not. */
export const tokenIn = (network: (text: string) => boolean) => z.strictObject({
  name,
  is_admin: z.boolean().optional(),
  ip_cidrs: z.array(z.string().max(64).refine(network, 'must be an address or a CIDR such as 192.168.0.0/16')).max(100).optional(),
})

// ---------------------------------------------------------------- queries

export const page = {
  limit: z.coerce.number().int().min(1).max(1000).default(50),
  cursor: z.string().max(200).optional().describe('next_cursor of the page before'),
}
export const jobStatus = z.enum(['queued', 'running', 'passed', 'failed', 'timed_out', 'cancelled', 'error', 'skipped'])
export const findingState = z.enum(['new', 'unchanged', 'fixed'])
export const pageQuery = z.strictObject(page)
export const jobsQuery = z.strictObject({ project: z.string().max(64).optional(), status: jobStatus.optional(), ...page })
export const testStatus = z.enum(['passed', 'failed', 'skipped'])
export const testsQuery = z.strictObject({
  ref: revision.optional().describe('Default: the project\'s default branch'), status: testStatus.optional(), flaky: z.enum(['true', 'false']).optional(),
  q: z.string().min(1).max(200).optional().describe('A part of the name'), ...page,
})
export const findingsQuery = z.strictObject({
  level: level.optional(), state: findingState.optional().describe('Default: new and unchanged'),
  accepted: z.enum(['true', 'false']).transform(text => text === 'true').optional().describe('Only those that are accepted, or only those that are not'), ...page,
})
export const logQuery = z.strictObject({
  follow: z.enum(['0', '1', 'sse']).optional().describe('1: go on until the job\'s log ends; sse: the same as server-sent events'),
  from: z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER).optional().describe('Skip so many bytes; not together with follow'),
})
export const auditQuery = z.strictObject({ caller: z.string().max(64).optional(), ...page })
export const logLinesQuery = z.strictObject({
  from: z.enum(['head', 'tail']).default('tail'),
  line: z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER).optional().describe('Around this line, instead of from an end'),
  grep: z.string().min(1).max(1000).optional().describe('An RE2 expression: only lines that match, with context'),
  context: z.coerce.number().int().min(0).max(100).default(2),
  limit: z.coerce.number().int().min(1).max(5000).default(200),
  cursor: z.string().max(200).optional().describe('next_cursor of the answer before'),
})
export const refQuery = z.strictObject({ ref: revision.optional().describe('Default: the project\'s default branch') })
export const sarifInQuery = z.strictObject({
  ref: revision.optional().describe("The branch that the commit is on. Default: the project's default branch"), sha: sha.optional().describe('Default: the newest commit of ref'),
  tool: filled(64).optional().describe('What these results are followed as, and the name of a tool that has none; default: the tool that the document names, or `sarif` where there are several'),
  subproject: subprojectPath.optional(),
})
export const trendQuery = z.strictObject({ ...refQuery.shape, days: z.coerce.number().int().min(1).max(3650).default(90) })
export const sarifQuery = z.strictObject({ branch: revision.optional().describe('Default: the project\'s default branch') })

// ---------------------------------------------------------------- answers

export const problem = named('Problem', z.object({
  type: z.string(), title: z.string(), status: z.int(), code: z.string(), detail: z.string(),
  hint: z.string().optional(),
  errors: z.array(z.object({ field: z.string(), message: z.string() })).optional(),
  request_id: z.string().optional(),
}), 'RFC 9457')

const healthStatus = z.enum(['ok', 'degraded', 'draining'])
export const liveness = named('Liveness', z.object({ status: z.literal('ok') }))
export const readiness = named('Readiness', z.object({ ready: z.boolean(), status: healthStatus }))
export const health = named('Health', z.object({
  status: healthStatus, version: z.string(),
  runner: z.object({ state: z.enum(['running', 'draining']), capacity: count, running: count, queued: count }),
  sandbox: z.object({ mode: z.string(), reason: z.string() }),
  limits: z.object({ mode: z.string(), reason: z.string(), memory_mb: count, pids: count }).describe('What one job may take, 0: whatever there is'),
  ledger: z.object({ ok: z.boolean(), message: z.string().nullable() }),
  disks: z.array(z.object({ name: z.enum(['data', 'workspace', 'cache']), ok: z.boolean(), free_mb: count.nullable(), message: z.string().nullable() })),
  services: z.array(z.object({
    name: z.string(), state: z.enum(['running', 'partly_off', 'not_started']), message: z.string().nullable().describe('Why, where it is not running as a whole: a variable that it cannot read, mostly'),
  })).describe('What runs beside; it changes nothing of status, since the farm takes work without'),
}))

const tokenOut = { name: z.string(), is_admin: z.boolean(), ip_cidrs: z.array(z.string()), created_at: time }
export const minted = named('MintedToken', z.object({ bearer: z.string().describe('Shown this once'), ...tokenOut }))
export const tokens = named('Tokens', z.object({ tokens: z.array(z.object({ ...tokenOut, last_used_at: time.nullable() })), next_cursor: nextCursor }))

const recipeText = z.string().nullable().optional()
export const project = named('Project', z.object({
  name: z.string(), git_url: z.string(), default_branch: z.string(), languages: z.array(z.string()),
  subprojects: z.array(z.object({
    path: z.string(), language: z.string(), build: recipeText, test: recipeText, lint: recipeText, audit: recipeText,
    recipes: z.record(z.string(), z.string().nullable()).optional(), timeout_secs: z.int().optional(),
  })),
  notify: z.object({ email: z.array(z.string()), on: z.array(z.string()) }),
  ...settings,
  owner: z.string(), created_at: time, updated_at: time,
}))
export const projects = named('Projects', z.object({ projects: z.array(project), next_cursor: nextCursor }))

const duration = z.number().nullable().describe('Seconds from start to end; null before the end')
export const job = named('Job', z.object({
  job_id: z.string(), id: z.string(), project: z.string(), subproject: z.string(), language: z.string(), recipe: z.string(),
  ref: z.string(), branch: z.string().nullable(), sha: z.string().nullable(),
  status: jobStatus, exit_code: z.int().nullable(), message: z.string().nullable(), run_id: z.string().nullable(),
  recipe_snapshot: z.object({ source: z.string(), setup: z.string().nullable(), run: z.string(), timeout_secs: z.number(), network: z.boolean(), needs: z.array(z.string()) }).nullable(),
  rerun_failed: count,
  tests: z.object({ total: count, passed: count, failed: count, skipped: count, flaky: count.describe('Among the passed: they failed too, at the same commit') }).nullable(),
  findings: z.object({ new: count, unchanged: count, fixed: count, error: count, warning: count, note: count }).nullable(),
  created_at: time, started_at: time.nullable(), finished_at: time.nullable(), duration_secs: duration,
}))
export const jobs = named('Jobs', z.object({ jobs: z.array(job), next_cursor: nextCursor }))
export const startedJob = named('StartedJob', z.object({ job_id: z.string(), status: jobStatus, job }))
export const jobDetail = named('JobDetail', z.object({ job, log_tail: z.array(z.string()).describe('The last 200 lines') }))

const runStatus = z.enum(['queued', 'running', 'passed', 'failed', 'cancelled', 'error'])
export const run = named('Run', z.object({
  run_id: z.string(), id: z.string(), project: z.string(), ref: z.string(), sha: z.string().nullable(), status: runStatus, message: z.string().nullable(),
  recipes: z.array(z.string()), languages: z.array(z.string()), subprojects: z.array(z.string()),
  created_at: time, started_at: time.nullable(), finished_at: time.nullable(), duration_secs: duration,
}))
export const startedRun = named('StartedRun', z.object({ run_id: z.string(), status: runStatus, run }))
export const tests = named('Tests', z.object({ tests: z.array(z.object({
  subproject: z.string(), recipe: z.string(), language: z.string(), tool: z.string(), test: z.string(), file: z.string().nullable(), line: z.int().nullable(),
  status: testStatus.describe('In the last job that had it'), flaky: z.boolean().describe('It failed and passed at the same commit, in one of results'),
  flakiness: z.number().min(0).max(1).describe('The share of the commits in results at which it did'), median_seconds: z.number().nullable(),
  results: z.array(z.object({ job_id: z.string(), sha: z.string().nullable(), at: time.nullable(), status: testStatus, flaky: z.boolean(), seconds: z.number().nullable() })).describe('Newest first, at most 20'),
})), next_cursor: nextCursor }))
export const runDetail = named('RunDetail', z.object({ run, jobs: z.array(job) }))

const position = z.int().min(1).nullable()
const place = { file: z.string(), line: position, column: position, end_line: position, end_column: position }
const replacement = z.object({ line: z.int(), column: z.int(), end_line: z.int(), end_column: z.int(), text: z.string() })
const moment = named('Moment', z.object({ job_id: z.string(), run_id: z.string().nullable(), sha: z.string().nullable(), at: time }), 'A job that saw a finding.')
const suppression = named('FindingSuppression', z.object({
  source: z.enum(['ledger', 'file']).describe('file: .crafting-table-baseline.json of the commit'), id: z.int().nullable().describe('Of the suppression; null for a file'),
  reason: z.string(), by: z.string().nullable(), at: time.nullable(), until: time.nullable().describe('From then on it counts again'),
}))
const commitLine = named('CommitLine', z.object({ sha: z.string(), author: z.string(), date: time, summary: z.string() }))
export const finding = named('Finding', z.object({
  id: z.int(), fingerprint: z.string(), state: findingState, tool: z.string(), rule: z.string().nullable(),
  level, severity: level.describe('The same as level'), kind: z.enum(['build', 'test', 'lint', 'audit', 'format']), message: z.string(),
  ...place, file: z.string().nullable(),
  advisory: z.object({
    ids: z.array(z.string()), package: z.string(), ecosystem: z.string(), installed: z.string().nullable(), fixed: z.string().nullable(),
    severity: z.number().nullable().describe('CVSS base score'), url: z.string().nullable(),
  }).nullable(),
  help: z.object({ text: z.string().nullable(), url: z.string().nullable() }).nullable(),
  related: z.array(z.object({ ...place, message: z.string().nullable() })),
  fixes: z.array(z.object({ description: z.string().nullable(), changes: z.array(z.object({ file: z.string(), replacements: z.array(replacement) })) })),
  trace: z.string().nullable(),
  snippet: z.object({ start: z.int(), lines: z.array(z.string()) }).nullable(),
  identity: z.int().nullable().describe('The same in every job and on every branch; null for findings of older versions, until a job sees them again'),
  first_seen: moment.nullable(),
  last_seen: moment.nullable().describe('On the branch of the job'),
  fixed_in: moment.nullable().describe('The job of the branch that had it no more; null while it is there'),
  reopened: z.boolean().describe('It was fixed in an earlier job of the branch, and is back'),
  introduced: z.object({ bisect_id: z.string(), commit: commitLine, line: commitLine.extend({ file: z.string(), line: z.int() }).nullable() }).nullable().describe('The commit that brought it, where POST /projects/{name}/bisect has found it'),
  suppression: suppression.nullable().describe('Accepted: it counts in no number, gate or badge'),
}), 'Lines and columns count from 1; end_column is exclusive.')
export const findings = named('Findings', z.object({ findings: z.array(finding), next_cursor: nextCursor }))

export const suppressionRecord = named('Suppression', z.object({
  id: z.int(), identity: z.int(), reason: z.string(), by: z.string(), at: time, until: time.nullable().describe('From then on it counts again; null: never'), expired: z.boolean(),
  finding: z.object({ tool: z.string(), rule: z.string().nullable(), level, kind: finding.shape.kind, file: z.string().nullable(), line: position, message: z.string() }).describe('As it was when it was accepted'),
}))
export const suppressions = named('Suppressions', z.object({ suppressions: z.array(suppressionRecord), next_cursor: nextCursor }))

const bisectStatus = z.enum(['running', 'found', 'unclear', 'cancelled', 'error'])
export const bisect = named('Bisect', z.object({
  bisect_id: z.string(), project: z.string(), subproject: z.string(), language: z.string(), recipe: z.string(),
  target: z.object({ finding: z.int().nullable(), identity: z.int().nullable(), test: z.string().nullable(), flaky: z.boolean(), title: z.string() }),
  good: z.string().nullable().describe('null: the search goes back to the first commit'), bad: z.string(), commits: count.describe('How many were in question'),
  status: bisectStatus.describe('unclear: commits before it could not be told'), message: z.string().nullable(),
  commit: commitLine.nullable().describe('The first that has it'), line: commitLine.extend({ file: z.string(), line: z.int() }).nullable().describe("Who wrote the finding's line, by git blame there"),
  suspects: z.array(z.string()),
  jobs: count.describe('How many it has started'),
  steps: z.array(z.object({ job_id: z.string(), sha: z.string(), asked: z.boolean().describe('false: the job was there already'), answer: z.enum(['good', 'bad', 'skip', 'lost']).nullable() })),
  created_at: time, finished_at: time.nullable(),
}))
export const startedBisect = named('StartedBisect', z.object({ bisect_id: z.string(), status: bisectStatus, bisect }))

export const logExcerpt = named('LogExcerpt', z.object({
  lines: z.array(z.object({ line: z.int(), stream: z.enum(['stdout', 'stderr', 'farm']), text: z.string(), match: z.boolean() })),
  total_lines: count, matches: count.nullable().describe('Lines that match, among those looked at; null without grep'), next_cursor: nextCursor,
}), 'Lines count from 1. From the tail, next_cursor leads upwards.')

const verdict = z.enum(['green', 'red', 'running', 'unknown'])
const reason = z.object({
  rule: z.enum(['job', 'new_findings', 'new_advisories', 'advisories', 'fewer_tests', 'flaky_tests']), message: z.string(), job_id: z.string(), subproject: z.string(), recipe: z.string(),
})
const statusLine = {
  project: z.string(), ref: z.string(), sha: z.string().nullable(), verdict: verdict.describe('running while anything is queued or at work'),
  settled: z.enum(['green', 'red', 'unknown']).describe('The verdict of what has ended'), reasons: z.array(reason),
  findings: job.shape.findings.unwrap(), tests: job.shape.tests,
}
export const status = named('Status', z.object({
  ...statusLine, jobs: z.array(job).describe('The last that ended of every recipe'), open: z.object({ runs: z.array(z.string()), jobs: z.array(z.string()) }),
  top: z.array(finding.extend({ job_id: z.string() })).describe('New findings, the gravest first, at most 5'),
}))
const byLevel = z.object({ error: count, warning: count, note: count })
const flow = { open: byLevel, new: byLevel, fixed: byLevel }
export const trend = named('Trend', z.object({
  project: z.string(), ref: z.string(), since: time, truncated: z.boolean().describe('Older runs of that time are left out'),
  points: z.array(z.object({
    run_id: z.string().nullable(), job_id: z.string().describe('The job that ended it'), sha: z.string().nullable(), at: time, ...flow,
    tools: z.array(z.object({ tool: z.string(), ...flow })),
  })).describe('One for each run, oldest first, at most 1000'),
  time_to_fix: z.object({ count, mean_hours: z.number().nullable(), median_hours: z.number().nullable() }).describe('Of findings that were fixed on the branch and are not back; from the first sight of them'),
  oldest_open: finding.extend({ job_id: z.string() }).nullable(),
}))
export const statuses = named('Statuses', z.object({ projects: z.array(z.object(statusLine)), next_cursor: nextCursor }))

export const collection = named('Collection', z.object({
  slots: z.int().describe('Checkouts removed'), mirrors: z.int().describe('Mirrors packed'), projects: z.int().describe('Directories of projects that are no more'),
  jobs: z.int(), facts: z.int(), logs: z.int(), compressed: z.int().describe('Logs compressed'), faults: z.array(z.string()).describe('What could not be done'),
}))
export const audit = named('Audit', z.object({ entries: z.array(z.object({ id: z.int(), at: time, caller: z.string(), action: z.string(), subject: z.string(), outcome: z.string().describe('done, or the code of the error') })), next_cursor: nextCursor }))
export const secrets = named('Secrets', z.object({ secrets: z.array(z.object({ name: z.string(), updated_at: time, updated_by: z.string() })) }))

export const packs = named('Packs', z.object({ packs: z.array(z.object({
  name: z.string(), title: z.string(), aliases: z.array(z.string()), markers: z.array(z.string()),
  recipes: z.array(z.object({ name: z.string(), title: z.string() })), parsers: z.array(z.string()),
  tools: z.array(z.object({ name: z.string(), version: z.string().nullable(), get: z.string(), needed_for: z.array(z.string()) })),
})) }))

export const anything = named('Document', z.looseObject({}))
