import { realpath, stat } from 'node:fs/promises'
import { join, sep } from 'node:path'
import type { LanguagePack, Logger } from '../contract.ts'
import type { Config } from '../config.ts'
import { faultOf } from '../disks.ts'
import { FarmError, messageOf } from '../errors.ts'
import type { Extracted } from '../findings/extract.ts'
import { readFindings, readOutput, type Reading, type ReadingPlace, type Retried } from '../findings/read.ts'
import type { Db } from '../ledger/database.ts'
import type { FactLog } from '../ledger/facts.ts'
import { persist, type LedgerState } from '../ledger/persist.ts'
import { jobById, placeJob, startJob, type Job, type RecipeSnapshot } from '../ledger/jobs.ts'
import { projectById, type Project } from '../ledger/projects.ts'
import { declarationOf, findPack, languageName, recipeFor, subprojectsOf } from '../plan.ts'
import type { Toolbox } from '../tools.ts'
import { treeOf } from '../tree.ts'
import { writeEnd, type Outcome } from './job-end.ts'
import { compactLog, openLog, type LogWriter } from './log.ts'
import type { Mirror } from './mirror.ts'
import { obtain } from './obtain.ts'
import type { JobExit } from './process.ts'
import { lastWords } from './reason.ts'
import type { Limits } from './limits.ts'
import type { Sandbox } from './sandbox.ts'
import { maskerOf } from './mask.ts'
import { rerunFailed } from './rerun.ts'
import { jobShell, type JobShell } from './shell.ts'
import { secretsFor, type Vault } from '../secrets.ts'
import { listFiles, type Workspace } from './workspace.ts'

/** What a job needs of the farm. */
export interface Runner {
  config: Config
  db: Db
  facts: FactLog
  log: Logger
  ledger: LedgerState
  /** Whether it waits for a ledger that cannot be written: a server does, a check does not. */
  patient: boolean
  /** Aborted when the farm is told to end. */
  stopping: AbortSignal
  farmId: string
  packs: readonly LanguagePack[]
  sandbox: Sandbox
  limits: Limits
  vault: Vault
  toolbox: Toolbox
  /** The environment of every job, before its own part. */
  environment: Readonly<Record<string, string>>
  mirrorOf(project: Project): Mirror
  /** Where logs are, in a directory for each project. */
  logs: string
  logPath(job: { project: string; id: string }): string
  /** Called in the transaction that ends a job: ends its run too, where it was the last. */
  jobEnded(job: Job): void
  /** Its log is open now. */
  jobStarted(job: Job): void
  /** Leave the checkout behind for people to look at. */
  keep: boolean
}

/**
 * The spine: workspace → executor → log → parse → track → ledger and fact. Never throws; whatever goes wrong ends the job
 * in a state that says so. `signal`'s reason is the text for people.
 */
export async function runJob(runner: Runner, id: string, signal: AbortSignal): Promise<void> {
  const job = await persist(runner, `job ${id} begins`, () => begin(runner, id))
  const project = job && projectById(runner.db, job.projectId)
  if (!job || !project) return
  const started = performance.now()
  let log: LogWriter | undefined
  let place: Workspace | undefined
  let outcome: Outcome
  let reading: Reading | undefined
  try {
    log = await openLog(runner.logPath(job), { capBytes: runner.config.logCapBytes, reserveBytes: runner.config.minFreeMb * 2 ** 19 })
    runner.jobStarted(job)
    place = await checkOut(runner, project, job, log, signal)
    const secrets = secretsFor(runner.db, runner.vault, project, job)
    const masker = maskerOf(secrets.values)
    for (const name of secrets.missing) log.note(`the secret ${name} is not set`)
    const shell = jobShell(runner, job, place, log, signal, { secrets, masker, limits: project.settings?.limits })
    const at = { runner, job, project, place, masker }
    outcome = await runRecipe(runner, job, shell, signal)
    const retried = wantsRerun(job, outcome, log) ? await retry(runner, at, { log, shell }) : undefined
    if (retried && signal.aborted) outcome = cancelled(signal)
    await closeLog(log, outcome)
    outcome = evidenced(outcome, log)
    // What stopped a setup is worth knowing too.
    if (outcome.complete || outcome.status === 'failed') {
      const seen = retried?.first ?? await readOutput(at)
      outcome = heard(outcome, seen)
      reading = await readFindings(at, seen, outcome.complete, retried)
    }
    outcome = await explained(runner, job, judged(outcome, reading), reading)
  } catch (error) {
    outcome = signal.aborted ? cancelled(signal) : { status: 'error', exitCode: null, message: faultOf(runner.config, error), complete: false }
    if (!signal.aborted && !(error instanceof FarmError)) runner.log.error('job error', { job: id, message: messageOf(error), stack: error instanceof Error ? error.stack : undefined })
    await closeLog(log, outcome)
  }
  await place?.release().catch((error: unknown) => runner.log.error('slot not released', { job: id, message: messageOf(error) }))
  outcome = await writeEnd(runner, job, outcome, reading)
  const { project: name, runId: run, recipe, subproject, sha } = job
  runner.log.info('job', { job: id, run, project: name, subproject, recipe, sha, status: outcome.status, exit: outcome.exitCode, reason: outcome.message, ms: Math.round(performance.now() - started) })
  compactLog(runner.logPath(job)).catch((error: unknown) => runner.log.warn('log not compressed', { job: id, message: messageOf(error) }))
}

function begin(runner: Runner, id: string): Job | undefined {
  return runner.db.transaction(() => {
    if (!startJob(runner.db, id)) return undefined
    const job = jobById(runner.db, id)
    if (job) runner.facts.append('job.started', { project: job.project, run: job.runId, job: id, recipe: job.recipe, subproject: job.subproject })
    return job
  }).immediate()
}

/** A clean checkout of the job's commit; fills in what was left open when the job was asked for: the sha and the recipe. */
async function checkOut(runner: Runner, project: Project, job: Job, log: LogWriter, signal: AbortSignal): Promise<Workspace> {
  const { place, branch } = await obtain(runner.mirrorOf(project), { ref: job.ref, sha: job.sha || undefined }, { signal, notBefore: Date.parse(job.createdAt), keep: runner.keep })
  const { sha } = place
  Object.assign(job, { sha, branch: branch ?? job.branch })
  try {
    await insideOf(place.root, job.subproject)
    const snapshot = job.snapshot ?? await packRecipe(runner, project, job, place)
    Object.assign(job, { snapshot, language: languageName(runner.packs, job.language) })
    placeJob(runner.db, job.id, { sha, branch: job.branch, language: job.language, snapshot })
    log.note(`${job.project} ${sha.slice(0, 12)} ${job.subproject || '.'} ${job.recipe}`)
    for (const note of place.notes) log.note(note)
    return place
  } catch (error) {
    await place.release()
    // The branch is at that commit, whether or not anything can be run there.
    placeJob(runner.db, job.id, { sha, branch: job.branch, language: job.language, snapshot: job.snapshot })
    throw error
  }
}

/** The subproject's directory must lie in the checkout once symbolic links are followed. */
async function insideOf(root: string, subproject: string): Promise<void> {
  const [outer, inner] = await Promise.all([realpath(root), realpath(join(root, subproject)).catch(() => undefined)])
  if (inner === undefined || !(await stat(inner)).isDirectory()) throw new FarmError('invalid', `The commit has no directory ${subproject}`, { field: 'subproject' })
  if (inner !== outer && !inner.startsWith(outer + sep)) throw new FarmError('invalid', `${subproject} leads out of the repository`, { field: 'subproject' })
}

async function packRecipe(runner: Runner, project: Project, job: Job, place: Workspace): Promise<RecipeSnapshot | null> {
  const files = await listFiles(place)
  const tree = treeOf(place.root, files, job.subproject)
  const checkout = { root: place.root, files }
  const known = subprojectsOf(runner.packs, checkout, await declarationOf(runner.packs, checkout, project))
  for (const subproject of known.filter(one => one.path === job.subproject && (job.language === '' || languageName(runner.packs, one.language) === job.language))) {
    const recipe = recipeFor(runner.packs, subproject, job.recipe, tree)
    job.language = subproject.language
    if (recipe) return recipe
  }
  return null
}

async function runRecipe(runner: Runner, job: Job, shell: JobShell, signal: AbortSignal): Promise<Outcome> {
  const recipe = job.snapshot
  if (!recipe) return skipped(withoutRecipe(job))
  const pack = findPack(runner.packs, job.language)
  const missing = await runner.toolbox.missing(pack?.toolchain.filter(tool => recipe.needs.includes(tool.name)) ?? [])
  if (missing.length) return skipped(missing.map(tool => `${tool.name} is not installed (${tool.get})`).join('; '))

  const deadline = Date.now() + recipe.timeoutSecs * 1000
  const run = (text: string, network: boolean) => shell(text, { network, timeoutMs: Math.max(1, deadline - Date.now()) })
  if (recipe.setup) {
    const exit = await run(recipe.setup, true)
    if (exit.ended !== 'exited' || exit.exitCode !== 0) return ended(exit, recipe, signal, 'setup')
  }
  return ended(await run(recipe.run, recipe.network), recipe, signal, 'run')
}

function ended(exit: JobExit, recipe: RecipeSnapshot, signal: AbortSignal, step: 'setup' | 'run'): Outcome {
  switch (exit.ended) {
    case 'cancelled': return cancelled(signal)
    case 'timed_out': return { status: 'timed_out', exitCode: exit.exitCode, message: `not finished within ${recipe.timeoutSecs} s`, complete: false }
    case 'limited': return { status: 'failed', exitCode: exit.exitCode, message: exit.error ?? 'over its limits', complete: false }
    case 'failed_to_start': return { status: 'error', exitCode: null, message: `the process could not be started: ${exit.error ?? 'unknown reason'}`, complete: false }
    case 'exited': {
      const ok = exit.exitCode === 0
      const how = exit.signal ? `was ended by ${exit.signal}` : `ended with status ${exit.exitCode}`
      return { status: ok ? 'passed' : 'failed', exitCode: exit.exitCode, message: ok ? null : step === 'setup' ? `setup ${how}` : exit.signal ? how : null, complete: step === 'run' }
    }
  }
}

const wantsRerun = (job: Job, { status, complete }: Outcome, log: LogWriter) => job.rerunFailed > 0 && status === 'failed' && complete && !log.full

/** What the log says is read before tests are run again: a runner overwrites its reports. */
async function retry(runner: Runner, at: ReadingPlace, { log, shell }: { log: LogWriter; shell: JobShell }): Promise<Retried> {
  const first = await readOutput(at)
  return { first, passed: await rerunFailed(runner, { ...at, log, shell, read: fromLine => readOutput(at, fromLine) }, first) }
}

/** What a shell answers where a program is missing or cannot be run. */
const notRun = new Set([126, 127])

/** A recipe that failed without a finding or a test, or for want of a program, has not looked: nothing is fixed by it, and nothing is compared with it. */
function heard(outcome: Outcome, { findings, tests }: Pick<Extracted, 'findings' | 'tests'>): Outcome {
  const isSilent = findings.length === 0 && !tests?.total
  return outcome.status === 'failed' && (isSilent || notRun.has(outcome.exitCode ?? 0)) ? { ...outcome, complete: false } : outcome
}

/** Where only flaky tests failed, and nothing else is at error level, the job has passed. */
function judged(outcome: Outcome, reading: Reading | undefined): Outcome {
  const { tests, findings = [] } = reading ?? {}
  if (outcome.status !== 'failed' || !outcome.complete || outcome.message !== null || !tests?.flaky || tests.failed > 0 || findings.some(one => one.finding.level === 'error')) return outcome
  return { ...outcome, status: 'passed', message: `only flaky tests failed (${tests.flaky})` }
}

/** A failure that no finding explains is explained by the last line of the log. */
async function explained(runner: Runner, job: Job, outcome: Outcome, reading: Reading | undefined): Promise<Outcome> {
  if (outcome.status !== 'failed' || reading?.findings.length) return outcome
  const said = await lastWords(runner.logPath(job))
  const how = outcome.message ?? `ended with status ${outcome.exitCode}`
  return { ...outcome, message: said === undefined ? how : `${how}: ${said.slice(0, 300)}` }
}

function withoutRecipe({ language, recipe, subproject }: Job): string {
  const where = subproject || 'this repository'
  if (language === '') return `no project of a language that the farm knows was found in ${where}`
  return `${language} has no ${recipe} recipe for ${where}: it is turned off, or nothing there asks for one`
}

const skipped = (message: string): Outcome => ({ status: 'skipped', exitCode: null, message, complete: false })
const cancelled = (signal: AbortSignal): Outcome => ({ status: 'cancelled', exitCode: null, message: typeof signal.reason === 'string' ? signal.reason : 'cancelled', complete: false })

/** The log is the evidence: without all of it nothing is known of the outcome. */
function evidenced(outcome: Outcome, { failed }: LogWriter): Outcome {
  if (!failed || !['passed', 'failed'].includes(outcome.status)) return outcome
  return { ...outcome, status: 'error', message: `the log could not be written: ${messageOf(failed)}`, complete: false }
}

/** Whatever the disk says: the ledger keeps the message. */
async function closeLog(log: LogWriter | undefined, outcome: Outcome): Promise<void> {
  if (!log) return
  try {
    if (outcome.message) log.note(`${outcome.status}: ${outcome.message}`)
    await log.close()
  } catch { /* the ledger has it */ }
}
