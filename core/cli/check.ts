import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { realpath, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { readConfig, type Config } from '../config.ts'
import { atTerminal } from '../disks.ts'
import { FarmError } from '../errors.ts'
import { openFarm } from '../farm.ts'
import type { Farm } from '../facade.ts'
import { acceptedFileName } from '../findings/accepted-file.ts'
import { withoutCredentials } from '../giturl.ts'
import type { ProjectDefinition } from '../ledger/projects.ts'
import type { Run } from '../ledger/runs.ts'
import { verbLogger } from '../logger.ts'
import { showProgress } from '../terminal/progress.ts'
import { jsonReport, printReport, verdictOf, type Result } from '../terminal/report.ts'
import { plural } from '../terminal/text.ts'
import { local as caller, localName } from './local.ts'
import { writeReports } from './reports.ts'
import { writeBaseline } from './write-baseline.ts'

export const usage = `check [PATH | GIT-URL]   build, test, lint and audit a directory or repository (default: .)
  --ref REF          branch, tag or commit of a git URL
  --recipe NAME      only this recipe; may be repeated
  --language NAME    only this language; may be repeated
  --jobs N           how many at once
  --rerun-failed N   run failed tests again, up to N times; one that passes then is flaky
  --sarif FILE       write the findings as SARIF 2.1.0
  --junit FILE       write the tests as JUnit XML
  --html FILE        write a report as one HTML page
  --markdown FILE    write a summary for a comment on a pull request
  --write-baseline   accept what is found from now on: in .crafting-table-baseline.json of the directory
  --reason TEXT      why; for --write-baseline
  --json             report as JSON on stdout
  --quiet            only the verdict
  --keep             leave the checkouts behind and say where
Exit status: 0 green, 1 findings at error level or a failed recipe, 2 could not run.`

const options = {
  ref: { type: 'string' }, recipe: { type: 'string', multiple: true }, language: { type: 'string', multiple: true }, jobs: { type: 'string' }, 'rerun-failed': { type: 'string' },
  sarif: { type: 'string' }, junit: { type: 'string' }, html: { type: 'string' }, markdown: { type: 'string' }, json: { type: 'boolean' }, quiet: { type: 'boolean' }, 'write-baseline': { type: 'boolean' }, reason: { type: 'string' }, keep: { type: 'boolean' },
} as const

type Options = ReturnType<typeof parseArgs<{ options: typeof options }>>['values']

export async function run(args: string[]): Promise<number> {
  const { values: option, positionals } = parseArgs({ args, allowPositionals: true, strict: true, options })
  if (positionals.length > 1) throw new FarmError('invalid', `One path or URL, not ${positionals.length}`, { hint: usage })
  // Whoever calls may read the files anyway.
  const config = readConfig({ ...process.env, CRAFTING_GIT_ALLOW_FILE: '1', ...(option.jobs === undefined ? {} : { CRAFTING_JOBS: option.jobs }) })
  try { return await checkWith(config, positionals[0] ?? '.', option) } catch (error) { throw atTerminal(config, error) }
}

async function checkWith(config: Config, target: string, option: Options): Promise<number> {
  const farm = await openFarm(config, { kind: 'check', log: await verbLogger(), keep: option.keep ?? false })
  try {
    const started = await start(farm, target, { ref: option.ref, recipes: option.recipe ?? [], languages: option.language ?? [], rerunFailed: reruns(option['rerun-failed']) })
    const interrupted = await follow(farm, started, { silent: (option.quiet || option.json) ?? false })
    if (interrupted) return 130
    if (option.keep) process.stderr.write(`checkouts are kept below ${join(config.workspaceDir, started.project, 'slots')}\n`)
    const found = await collect(farm, target, started.id)
    const result = option['write-baseline'] ? await accepting(found, await directoryOf(target), option) : found
    if (option.sarif !== undefined) await writeChunks(option.sarif, farm.runSarif(caller, started.id))
    if (option.junit !== undefined) await writeFile(option.junit, farm.runJunit(caller, started.id))
    await writeReports(result, option)
    if (option.json) process.stdout.write(`${JSON.stringify(jsonReport(result), null, 2)}\n`)
    else printReport(process.stdout, result, { quiet: option.quiet ?? false })
    return verdictOf(result).status
  } finally {
    await farm.close({ drainMs: 0 })
  }
}

/** What was found, accepted from now on by the directory's own file. */
async function accepting(found: Result, directory: string | undefined, { reason, recipe, language }: { reason?: string | undefined; recipe?: string[] | undefined; language?: string[] | undefined }): Promise<Result> {
  if (directory === undefined) throw new FarmError('invalid', '--write-baseline goes with a directory', { hint: 'Clone the repository, write the file there, and commit it.' })
  const whole = !recipe && !language && found.jobs.every(job => job.status === 'passed' || job.status === 'failed')
  const { result, added, total } = await writeBaseline(directory, found, { reason: reason ?? 'Known when the baseline was written.', whole })
  process.stderr.write(`${acceptedFileName}: ${plural(added, 'finding')} added, ${total} in all\n`)
  return result
}

/** The target becomes a project of the local ledger, so that the next check knows this one. */
async function start(farm: Farm, target: string, wish: { ref: string | undefined; recipes: readonly string[]; languages: readonly string[]; rerunFailed: number }): Promise<Run> {
  const wanted = { recipes: wish.recipes, languages: wish.languages, rerunFailed: wish.rerunFailed }
  const directory = await directoryOf(target)
  if (directory === undefined) {
    const project = ensureProject(farm, { kind: 'url', gitUrl: target })
    return farm.startRun(caller, project, { ...wanted, ref: wish.ref ?? 'HEAD' })
  }
  if (wish.ref !== undefined) throw new FarmError('invalid', '--ref goes with a git URL; a directory is checked as it is', { field: 'ref', hint: `To check a commit of it: file://${directory} --ref ${wish.ref}` })
  const project = ensureProject(farm, { kind: 'directory', gitUrl: directory })
  const { sha, skipped } = await farm.snapshot(caller, project, directory)
  for (const path of skipped) process.stderr.write(`left out (cannot be read): ${path}\n`)
  return farm.startRun(caller, project, { ...wanted, ref: 'worktree', sha })
}

function reruns(text = '0'): number {
  if (!/^(?:\d|10)$/.test(text)) throw new FarmError('invalid', `--rerun-failed takes a number from 0 to 10, not ${text}`)
  return Number(text)
}

async function directoryOf(target: string): Promise<string | undefined> {
  const found = await stat(target).catch(() => undefined)
  if (found?.isDirectory()) return realpath(target)
  if (found) throw new FarmError('invalid', `${target} is not a directory`, { hint: 'Give a directory or a git URL.' })
  if (!/^[a-z+]+:\/\/|^[^/]+@[^/]+:/i.test(target)) throw new FarmError('invalid', `There is no directory ${target}`, { hint: 'Give a directory or a git URL (https://…, ssh://…, git@host:path, file://…).' })
  return undefined
}

function ensureProject(farm: Farm, source: { kind: 'url' | 'directory'; gitUrl: string }): string {
  const name = localName(source.gitUrl)
  const definition: ProjectDefinition = { name, gitUrl: source.gitUrl, defaultBranch: source.kind === 'url' ? 'HEAD' : 'worktree', languages: [], subprojects: [], notify: { email: [], on: [] } }
  try {
    farm.createProject(caller, definition)
  } catch (error) {
    if (!(error instanceof FarmError && error.code === 'conflict')) throw error
  }
  return name
}

/** Shows how it goes until the run has ended. True when the user interrupted it. */
async function follow(farm: Farm, run: Run, options: { silent: boolean }): Promise<boolean> {
  let interrupted = false
  const interrupt = () => {
    if (interrupted) process.exit(130)
    interrupted = true
    farm.cancelRun(caller, run.id).catch(() => { /* it has just ended by itself */ })
  }
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
  for (const signal of signals) process.on(signal, interrupt)
  const progress = options.silent ? undefined : showProgress(process.stderr, {
    jobs: () => farm.run(caller, run.id).jobs,
    lastLine: async job => (await farm.logTail(job, 1)).at(-1) ?? '',
  })
  const unwatch = farm.watch(() => void progress?.update())
  try { await farm.ended(run.id) } finally {
    unwatch()
    await progress?.stop()
    for (const signal of signals) process.off(signal, interrupt)
  }
  return interrupted
}

async function collect(farm: Farm, target: string, id: string): Promise<Result> {
  const { run, jobs } = farm.run(caller, id)
  const findings = jobs.flatMap(job => farm.findings(caller, job.id, { states: ['new', 'unchanged', 'fixed'], limit: 100_000 }).map(one => ({ ...one, job })))
  const unexplained = jobs.filter(job => job.status === 'failed' && !job.findings?.error)
  const lastLines = new Map(await Promise.all(unexplained.map(async job => [job.id, await farm.lastLines(job, 12)] as const)))
  return { target: withoutCredentials(target), run, jobs, findings: onlyOnce(findings), lastLines }
}

/** A recipe may run another one (npm's pretest likes to lint): what both found is one finding, told with the recipe of its kind. */
function onlyOnce<One extends Result['findings'][number]>(findings: readonly One[]): One[] {
  const key = ({ job, fingerprint, state }: One) => [job.subproject, job.language, fingerprint, state === 'fixed'].join('\0')
  const owners = new Map<string, One>()
  for (const one of findings) {
    const other = owners.get(key(one))
    if (!other || one.job.recipe === one.finding.kind && other.job.recipe !== other.finding.kind) owners.set(key(one), one)
  }
  return findings.filter(one => owners.get(key(one))?.job === one.job)
}

async function writeChunks(path: string, chunks: AsyncIterable<string>): Promise<void> {
  const file = createWriteStream(path)
  const done = once(file, 'close')
  for await (const chunk of chunks) if (!file.write(chunk)) await once(file, 'drain')
  file.end()
  await done
}
