import { existsSync } from 'node:fs'
import type { Farm } from '../facade.ts'
import type { Job } from '../ledger/jobs.ts'
import { liveLog } from '../run/log-live.ts'
import { followLog, grownLines, logSize, readLog, searchLog, tailLog } from '../run/log.ts'
import { lastLines } from '../run/reason.ts'
import type { Rooms } from './rooms.ts'

type Logs = Pick<Farm, 'lastLines' | 'logTail' | 'readLog' | 'searchLog' | 'logSize' | 'followLog'>

/** How often a log that another process writes is looked at. */
const growthMs = 500

/** What jobs print, and printed. */
export function logCases({ runner: { logPath }, work, changes }: Rooms): Logs {
  /** A job that has not begun, or never did, has none. */
  const hasLog = (job: Job) => existsSync(logPath(job)) || existsSync(`${logPath(job)}.z`)
  return {
    lastLines: async (job, lines) => hasLog(job) ? lastLines(logPath(job), lines) : [],
    logTail: async (job, lines) => hasLog(job) ? tailLog(logPath(job), lines) : [],
    async *readLog(job, fromByte = 0) {
      if (hasLog(job)) yield* readLog(logPath(job), { fromByte })
    },
    searchLog: async (job, query) => hasLog(job) ? searchLog(logPath(job), query) : { lines: [], totalLines: 0, matches: query.grep ? 0 : null, next: null },
    logSize: job => logSize(logPath(job)),
    async *followLog(job, { afterLine = 0, signal }) {
      const path = logPath(job)
      let fromLine = afterLine
      // It waits, or is another process's: then its log grows without a word.
      while (work.isOpen(job.id) && !liveLog(path)) {
        if (hasLog(job)) for await (const lines of grownLines(path, fromLine)) {
          yield lines
          fromLine = lines.at(-1)?.number ?? fromLine
        }
        await (hasLog(job) ? changes.within(growthMs, signal) : changes.next(signal))
      }
      if (hasLog(job)) yield* followLog(path, { fromLine, signal })
    },
  }
}
