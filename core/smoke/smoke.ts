import { join } from 'node:path'
import type * as sarif from 'sarif'
import type { LanguagePack } from '../contract.ts'
import { messageOf } from '../errors.ts'
import type { Farm, ToolReport } from '../facade.ts'
import type { Job } from '../ledger/jobs.ts'
import { lookFor, readFaults, describe, type Fault } from './faults.ts'
import { helloWorlds, type Check } from './hello.ts'

export interface SmokeReport {
  pack: string
  tools: readonly ToolReport[]
  /** One per toolchain: a program was built with it and run. */
  hellos: readonly Check[]
  /** One per planted fault: it came out of recipe, log and parser into the SARIF. */
  faults: readonly Check[]
  seconds: number
}

const caller = { name: 'smoke', isAdmin: true }

/** What of the pack works on this machine. Never throws: what went wrong is a check that failed. */
export async function smokePack(farm: Farm, pack: LanguagePack, folder: string, more: { tools: readonly ToolReport[]; environment: Readonly<Record<string, string>>; signal: AbortSignal }): Promise<SmokeReport> {
  const began = performance.now()
  const hellos = await helloWorlds(folder, more.environment, more.signal).catch(failed('smoke.sh'))
  const faults = await plantedFaults(farm, pack, folder, more.tools).catch(failed('smoke/'))
  return { pack: pack.name, tools: more.tools, hellos, faults, seconds: (performance.now() - began) / 1000 }
}

/** Green: every toolchain works, every fault is found, nothing was skipped. A tool that is missing all the same is one that nothing asked for. */
export function isGreen({ hellos, faults }: SmokeReport): boolean {
  return [...hellos, ...faults].every(check => check.state === 'ok')
}

const failed = (name: string) => (error: unknown): Check[] => [{ name, state: 'failed', detail: messageOf(error) }]

/** Runs the pack's recipes on its smoke project, as a run of the farm. */
async function plantedFaults(farm: Farm, pack: LanguagePack, folder: string, tools: readonly ToolReport[]): Promise<Check[]> {
  const faults = readFaults(folder)
  const name = `smoke-${pack.name}`
  const directory = join(folder, 'smoke')
  farm.createProject(caller, { name, gitUrl: directory, defaultBranch: 'worktree', languages: [pack.name], subprojects: [], notify: { email: [], on: [] } })
  const { sha } = await farm.snapshot(caller, name, directory)
  const { id } = farm.startRun(caller, name, { ref: 'worktree', sha })
  await farm.ended(id)
  const { run, jobs } = farm.run(caller, id)
  if (jobs.length === 0) return [{ name: 'smoke/', state: 'failed', detail: run.message ?? 'nothing was planned' }]
  let text = ''
  for await (const chunk of farm.runSarif(caller, id)) text += chunk
  const looked = lookFor(faults, JSON.parse(text) as sarif.Log)
  return Promise.all(looked.map(async ({ fault, found, near }): Promise<Check> => {
    const check = { name: `${fault.recipe}: ${describe(fault)}`, ...secondsOf(jobs, fault) }
    if (found) return { ...check, state: 'ok', detail: '' }
    const missing = whyNotHere(fault, jobs, tools)
    if (missing !== undefined) return { ...check, state: 'skipped', detail: missing }
    return { ...check, state: 'failed', detail: [near.length ? `found instead: ${near.join('; ')}` : 'not found', ...await endOf(farm, jobs, fault)].join('\n') }
  }))
}

/** A fault that could not show for want of something, in words. */
function whyNotHere(fault: Fault, jobs: readonly Job[], tools: readonly ToolReport[]): string | undefined {
  const own = jobs.filter(job => job.recipe === fault.recipe)
  const skipped = own.filter(job => job.status === 'skipped')
  if (own.length > 0 && skipped.length === own.length) return skipped.map(job => job.message ?? '').join('; ')
  const tool = tools.find(one => one.name === fault.tool && one.version === null)
  return tool ? `${tool.name} is not installed (${tool.get})` : fault.needs
}

/** How the jobs of the fault's recipe ended, with the last they said. */
async function endOf(farm: Farm, jobs: readonly Job[], fault: Fault): Promise<string[]> {
  const own = jobs.filter(job => job.recipe === fault.recipe)
  if (own.length === 0) return [`no ${fault.recipe} job was planned`]
  const ends = await Promise.all(own.map(async job => [`${job.recipe} ${job.subproject || '.'} ${job.status}${job.message ? `: ${job.message}` : ''}`, ...await farm.lastLines(job, 6)]))
  return ends.flat()
}

function secondsOf(jobs: readonly Job[], { recipe }: Fault): { seconds?: number } {
  const job = jobs.find(one => one.recipe === recipe && one.startedAt && one.finishedAt)
  return job?.startedAt && job.finishedAt ? { seconds: (Date.parse(job.finishedAt) - Date.parse(job.startedAt)) / 1000 } : {}
}
