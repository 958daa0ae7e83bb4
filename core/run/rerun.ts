import { mkdir, rm } from 'node:fs/promises'
import { failedIn, passedAgain } from '../findings/flaky.ts'
import type { Extracted } from '../findings/extract.ts'
import type { Job } from '../ledger/jobs.ts'
import { nameOf } from '../ledger/tests.ts'
import { findPack } from '../plan.ts'
import { treeOf } from '../tree.ts'
import type { Runner } from './job.ts'
import type { LogWriter } from './log.ts'
import type { JobShell } from './shell.ts'
import { listFiles, type Workspace } from './workspace.ts'

/** The argument of `sh -c` is at most 128 KiB (execve(2)). */
const longestCommand = 100_000

interface Rerun {
  job: Job
  place: Workspace
  log: LogWriter
  shell: JobShell
  /** Reads what is in the log behind a line, and the reports that are there. */
  read(fromLine: number): Promise<Extracted>
}

/** Runs failed tests again where they failed, as often as the job wants it. Answers the names of those that passed. */
export async function rerunFailed(runner: Runner, { job, place, log, shell, read }: Rerun, first: Extracted): Promise<Set<string>> {
  const passed = new Set<string>()
  const recipe = job.snapshot
  if (!recipe) return passed
  let failed = failedIn(first.cases)
  for (let time = 1; time <= job.rerunFailed && failed.size > 0 && !log.full; time++) {
    const tests = first.cases.filter(one => failed.has(nameOf(one)))
    const named = await namedRerun(runner, job, place, tests)
    log.note(`rerun ${time} of ${job.rerunFailed}: ${failed.size} failed, ${named === undefined ? 'the whole recipe' : 'by name'}`)
    const from = log.lines
    await rm(place.reports, { recursive: true, force: true })
    await mkdir(place.reports)
    const exit = await shell(named ?? recipe.run, { network: recipe.network, timeoutMs: recipe.timeoutSecs * 1000 })
    if (exit.ended !== 'exited') break
    const again = passedAgain(failed, await read(from), exit.exitCode, first.tests)
    for (const name of again) passed.add(name)
    failed = new Set([...failed].filter(name => !again.has(name)))
  }
  if (passed.size) log.note(`passed when run again: ${[...passed].map(name => name.slice(name.indexOf('\0') + 1)).slice(0, 20).join(', ')}${passed.size > 20 ? ', …' : ''}`)
  return passed
}

/** The pack's command for some tests; undefined where the recipe is not the pack's, or its runner cannot be told. */
async function namedRerun(runner: Runner, job: Job, place: Workspace, tests: Extracted['cases']): Promise<string | undefined> {
  const recipe = findPack(runner.packs, job.language)?.recipes.find(one => one.name === job.recipe && one.title === job.snapshot?.source)
  if (!recipe?.rerun) return undefined
  const command = recipe.rerun(treeOf(place.root, await listFiles(place), job.subproject), tests)
  return command !== undefined && Buffer.byteLength(command) <= longestCommand ? command : undefined
}
