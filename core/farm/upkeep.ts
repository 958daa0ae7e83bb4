import { messageOf } from '../errors.ts'
import type { Collection, Farm } from '../facade.ts'
import { jobById } from '../ledger/jobs.ts'
import { allProjects, projectNames } from '../ledger/projects.ts'
import { collectLogs } from '../run/collect-logs.ts'
import { collect } from '../run/collect.ts'
import { retain } from '../run/retain.ts'
import { sweepUploads } from '../run/upload.ts'
import type { Rooms } from './rooms.ts'

const periodMs = 3_600_000

/** What nobody needs any more is removed: once an hour from `begin` on, until its answer is called, and whenever somebody asks. Who asks meanwhile is told of the round under way. */
export function upkeepCases(rooms: Rooms): { cases: Pick<Farm, 'collectGarbage'>; begin(): () => void } {
  let underWay: Promise<Collection> | undefined
  const round = () => underWay ??= collectGarbage(rooms).finally(() => { underWay = undefined })
  return {
    cases: { collectGarbage: () => round() },
    begin() {
      const hourly = () => { round().catch((error: unknown) => rooms.runner.log.error('gc failed', { message: messageOf(error) })) }
      const timer = setInterval(hourly, periodMs).unref()
      return () => clearInterval(timer)
    },
  }
}

/** One kind that fails does not keep the others from it. */
async function collectGarbage({ runner: { config, db, facts, log, logs: directory }, work }: Rooms): Promise<Collection> {
  const faults: string[] = []
  const failed = (what: string) => (error: unknown) => { faults.push(`${what}: ${messageOf(error)}`) }
  const places = await collect(config.workspaceDir, { now: Date.now(), registered: projectNames(db) }).catch(failed('checkouts'))
  faults.push(...places?.faults ?? [])
  const texts = await collectLogs(directory, id => jobById(db, id) ? work.isOpen(id) ? 'open' : 'ended' : undefined).catch(failed('logs'))
  const kept = await retain(db, directory, allProjects(db), config.retention, Date.now(), facts.subscribers).catch(failed('jobs'))
  for (const service of kept?.gone ?? []) log.warn('subscriber dropped', { service, message: 'its plugin is gone, and it has missed facts that are older than CRAFTING_KEEP_JOB_DAYS' })
  await sweepUploads(config.dataDir, Date.now()).catch(failed('uploads'))
  const done: Collection = {
    slots: places?.slots ?? 0, mirrors: places?.mirrors ?? 0, projects: places?.projects ?? 0,
    jobs: kept?.jobs ?? 0, facts: kept?.facts ?? 0, logs: (texts?.removed ?? 0) + (kept?.logs ?? 0), compressed: texts?.compressed ?? 0, faults,
  }
  for (const message of faults) log.error('gc failed', { message })
  log.info('gc', { ...done, faults: faults.length })
  return done
}
