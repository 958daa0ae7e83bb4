import { z } from 'zod'
import { notifyEvents } from './events.ts'
import { cronFault, isTimezone } from './cron.ts'

/**
 * What a project may say beyond its recipes, key by key of POST /projects; each key is one service's or one room's to act upon.
 * Stored and answered as it came.
 */

const filled = (max: number) => z.string().min(1).max(max).regex(/^[^\u0000-\u001f\u007f]*$/, 'must not hold control characters')
const recipe = z.string().regex(/^[a-z][a-z0-9_-]{0,31}$/, 'must be the name of a recipe')

export const schedule = z.strictObject({
  cron: filled(100).superRefine((line, ctx) => {
    const message = cronFault(line)
    if (message !== undefined) ctx.addIssue({ code: 'custom', message })
  }).describe('Five fields: minute, hour, day of month, month, day of week'),
  timezone: filled(64).refine(isTimezone, 'must be the name of a time zone, such as Europe/Berlin').optional().describe('An IANA name; default UTC'),
  recipes: z.array(recipe).max(100).optional().describe('Default: all'),
  ref: filled(255).optional().describe("Default: the project's default branch"),
  catch_up: z.boolean().optional().describe('Run once, late, what was missed while the farm was down; default false'),
})

const days = z.int().min(1).max(36_500)
export const retention = z.strictObject({
  log_days: days.optional().describe('Logs of finished jobs; default CRAFTING_KEEP_LOG_DAYS'),
  log_mb: z.int().min(1).max(10_000_000).optional().describe('All logs together, oldest first; default CRAFTING_KEEP_LOG_MB'),
  job_days: days.optional().describe('Jobs with findings and tests; default CRAFTING_KEEP_JOB_DAYS'),
  jobs: z.int().min(1).max(10_000_000).optional().describe('How many jobs; default CRAFTING_KEEP_JOBS'),
}).describe('What a branch shows now, and what its next run is compared with, always stays')

const severity = z.enum(['critical', 'high', 'moderate', 'low', 'off'])
export const gate = z.strictObject({
  new_findings: z.enum(['error', 'warning', 'note', 'off']).optional().describe('New findings at that level or above make the branch red; default error'),
  new_advisories: severity.optional().describe('New advisories of that severity or above; default high'),
  advisories: severity.optional().describe('Any advisory of that severity or above; default off'),
  fewer_tests: z.boolean().optional().describe('Fewer tests than at the commit before; default false'),
  flaky_tests: z.boolean().optional().describe('Tests that fail and pass at the same commit; default false'),
})

const secretName = z.string().regex(/^[A-Z_][A-Z0-9_]{0,63}$/, 'must be the name of a secret')
export const secretUse = z.strictObject({
  name: secretName.describe('Set by PUT /projects/{name}/secrets/{secret}; an environment variable of these recipes'),
  recipes: z.array(recipe).min(1).max(100),
  subprojects: z.array(z.string().max(512)).max(500).optional().describe('Default: all'),
})

const drafter = z.enum(['fixer', 'offer', 'command', 'clawdforge'])
export const patch = z.strictObject({
  enabled: z.boolean().optional().describe('Draft patches for new findings of the default branch without being asked; default false'),
  drafters: z.array(drafter).max(4).optional().describe("Who may draft, in that order; default: fixer (the language's own), offer (fixes that a tool offers with its findings)"),
  max_attempts: z.int().min(1).max(3).optional().describe('Default 3'),
  allow_tests: z.boolean().optional().describe('Whether a patch may change tests; default false'),
  push: z.boolean().optional().describe('Push drafted patches as branches ct/patch/…; default false'),
  pull_request: z.boolean().optional().describe('Open a pull request for each pushed branch, at the `forge` of the project (not GitLab); needs push; default false'),
})
  .refine(one => !one.pull_request || one.push, 'asks for pull requests: these need push')

const webUrl = filled(2048).refine(isWebUrl, 'must be an http or https URL without user and password')

/** Whatever may be used by whoever knows it is a secret of the project; here stands its name. */
export const hook = z.strictObject({
  kind: z.enum(['webhook', 'ntfy', 'slack', 'discord', 'matrix']),
  url: webUrl.optional().describe('ntfy: of the topic. matrix: of the homeserver where there is a room, else of a generic webhook'),
  url_secret: secretName.optional().describe('The secret that holds the URL, for those that let in whoever knows them'),
  secret: secretName.optional().describe('The secret that webhooks are signed with, that ntfy takes as an access token, or that matrix does'),
  room: z.string().regex(/^![^\s/]{1,254}$/, 'must be the id of a room, such as !abc:example.org').optional().describe('matrix: the id of the room; needs a secret'),
  on: z.array(z.enum(notifyEvents)).max(notifyEvents.length).optional().describe('Default: notify.on'),
})
  .refine(one => (one.url === undefined) !== (one.url_secret === undefined), 'needs url or url_secret, and not both')
  .refine(one => one.room === undefined || (one.kind === 'matrix' && one.secret !== undefined), 'has a room: that is for matrix, with a secret')

export const forge = z.strictObject({
  kind: z.enum(['gitea', 'forgejo', 'github', 'gitlab']),
  url: webUrl.optional().describe("The repository's page; default: git_url, where that is http"),
  token_secret: secretName.describe('The secret that holds a token which may set the status of commits, and open pull requests where `patch` asks for them'),
}).describe('Where the status of each commit that was run is told, and pull requests are opened')

export const webhook = z.strictObject({
  secret: secretName.describe('The secret that the forge signs with, or sends as its token'),
  branches: z.array(filled(255)).max(100).optional().describe('Globs; default: all branches'),
  recipes: z.array(recipe).max(100).optional().describe('Default: all'),
  forks: z.boolean().optional().describe('Whether pull requests from forks are run: the code of strangers; default false'),
  cancel_running: z.boolean().optional().describe('Whether a push ends what still runs of an older one of its branch, too; default false'),
}).describe('POST /webhooks/{project} starts runs')

export const reruns = z.int().min(0).max(10).describe('How often the failed tests of a recipe are run again; one that passes then is flaky, not failed. Default 0')

export const limits = z.strictObject({
  memory_mb: z.int().min(16).max(10_000_000).optional(),
  pids: z.int().min(16).max(4_000_000).optional(),
}).describe('What one job may take, where that is less than the farm allows')

export const settings = {
  schedules: z.array(schedule).max(50).optional(),
  gate: gate.optional(),
  retention: retention.optional(),
  rerun_failed: reruns.optional(),
  limits: limits.optional(),
  secrets: z.array(secretUse).max(100).optional().describe('Which recipes are given which secrets'),
  patch: patch.optional(),
  hooks: z.array(hook).max(50).optional().describe('Who is told of what happens, besides those who get mail'),
  forge: forge.optional(),
  webhook: webhook.optional(),
  badge: z.boolean().optional().describe('Whether everybody on the network may see the status badge without a token; default false'),
}

export type ProjectSettings = { [K in keyof typeof settings]?: z.output<(typeof settings)[K]> | undefined }

/** The settings among the keys of a definition. */
export function settingsOf(json: ProjectSettings): ProjectSettings {
  return Object.fromEntries(Object.keys(settings).flatMap(key => json[key as keyof ProjectSettings] === undefined ? [] : [[key, json[key as keyof ProjectSettings]]]))
}

function isWebUrl(text: string): boolean {
  if (!/^https?:\/\//i.test(text) || !URL.canParse(text)) return false
  const { hostname, username, password } = new URL(text)
  return hostname !== '' && username === '' && password === ''
}
