import { messageOf } from '../errors.ts'
import { jobById } from '../ledger/jobs.ts'
import { allProjects, projectNames } from '../ledger/projects.ts'
import { collectLogs } from '../run/collect-logs.ts'
import { collect } from '../run/collect.ts'
import { retain } from '../run/retain.ts'
import { sweepUploads } from '../run/upload.ts'
import type { Rooms } from './rooms.ts'

const periodMs = 3_600_000

/** Once an hour: what nobody needs any more is removed. The answer ends it. */
export function keepUp(rooms: Rooms): () => void {
  const timer = setInterval(() => void collectGarbage(rooms), periodMs).unref()
  return () => clearInterval(timer)
}

/** One kind that fails does not keep the others from it. */
async function collectGarbage({ runner: { config, db, facts, log, logs: directory }, work }: Rooms): Promise<void> {
  const failed = (what: string) => (error: unknown) => log.error(`${what} failed`, { message: messageOf(error) })
  const { faults, ...done } = await collect(config.workspaceDir, { now: Date.now(), registered: projectNames(db) }).catch((error: unknown) => ({ faults: [messageOf(error)] }))
  for (const message of faults) log.error('gc failed', { message })
  const logs = await collectLogs(directory, id => jobById(db, id) ? work.isOpen(id) ? 'open' : 'ended' : undefined).catch(failed('gc of logs'))
  const kept = await retain(db, directory, allProjects(db), config.retention, Date.now(), facts.subscribers).catch(failed('gc of jobs'))
  for (const service of kept?.gone ?? []) log.warn('subscriber dropped', { service, message: 'its plugin is gone, and it has missed facts that are older than CRAFTING_KEEP_JOB_DAYS' })
  await sweepUploads(config.dataDir, Date.now()).catch(failed('gc of uploads'))
  log.info('gc', { ...done, logs, kept })
}
