import { join } from 'node:path'
import type { JobSecrets } from '../secrets.ts'
import type { ProjectSettings } from '../settings.ts'
import type { Job } from '../ledger/jobs.ts'
import { jobEnvironment } from './environment.ts'
import type { Runner } from './job.ts'
import type { LogWriter } from './log.ts'
import { lowered } from './limits.ts'
import type { Masker } from './mask.ts'
import { runProcess, type JobExit } from './process.ts'
import { jobView } from './sandbox-view.ts'
import type { Workspace } from './workspace.ts'

/** Runs shell text in the subproject's directory; its output goes into the job's log. */
export type JobShell = (shell: string, options: { network: boolean; timeoutMs: number }) => Promise<JobExit>

export function jobShell(runner: Runner, job: Job, place: Workspace, log: LogWriter, signal: AbortSignal, { secrets, masker, limits }: { secrets: JobSecrets; masker: Masker | undefined; limits: ProjectSettings['limits'] }): JobShell {
  const env = { ...jobEnvironment(runner.environment, { ...job, sha: place.sha }, place), ...secrets.env }
  return async (shell, { network, timeoutMs }) => {
    log.note(`$ ${masker ? masker.text(shell) : shell}`)
    const output = outputTo(log, masker)
    const exit = await runProcess({
      shell, env, signal, timeoutMs, cwd: join(place.root, job.subproject), marker: `${runner.farmId}.${job.id}`, graceMs: runner.config.killGraceMs,
      sandbox: runner.sandbox.mode === 'none' ? undefined : jobView(runner, place, network),
      limits: lowered(runner.limits, { memoryMb: limits?.memory_mb, pids: limits?.pids }),
      output: output.write,
    })
    await output.end()
    await log.flush()
    return exit
  }
}

/** What the job prints, without its project's secrets. */
function outputTo(log: LogWriter, masker: Masker | undefined): { write: LogWriter['write']; end(): Promise<void> } {
  if (!masker) return { write: (stream, chunk) => log.write(stream, chunk), end: async () => {} }
  const streams = { stdout: masker.stream(), stderr: masker.stream() }
  return {
    write: (stream, chunk) => log.write(stream, streams[stream].push(chunk)),
    async end() {
      for (const name of ['stdout', 'stderr'] as const) await log.write(name, streams[name].end())
    },
  }
}
