import type { JobStatus } from '../contract.ts'
import type { Job } from '../ledger/jobs.ts'
import { painter, plain, seconds, shorten, type Style } from './text.ts'

const marks: Record<JobStatus, [string, Style]> = {
  queued: ['·', 'dim'], running: ['▸', 'blue'], passed: ['✓', 'green'], failed: ['✗', 'red'], timed_out: ['✗', 'red'],
  cancelled: ['∅', 'yellow'], error: ['!', 'red'], skipped: ['–', 'yellow'],
}

export interface Progress { update(): Promise<void>; stop(): Promise<void> }

interface Source { jobs(): readonly Job[]; lastLine(job: Job): Promise<string> }

/** A live line per job on a terminal, a line per start and end elsewhere. Goes to stderr, so that stdout holds the report alone. */
export function showProgress(stream: NodeJS.WriteStream, source: Source): Progress {
  return stream.isTTY && process.env.TERM !== 'dumb' ? liveProgress(stream, source) : plainProgress(stream, source)
}

function plainProgress(stream: NodeJS.WriteStream, source: Source): Progress {
  const told = new Map<string, JobStatus>()
  const update = async () => {
    for (const job of source.jobs()) {
      if (told.get(job.id) === job.status || job.status === 'queued') continue
      told.set(job.id, job.status)
      stream.write(`${job.status === 'running' ? 'started' : job.status} ${label(job)}${job.status === 'running' ? '' : ` ${elapsed(job)}${job.message ? ` (${plain(job.message)})` : ''}`}\n`)
    }
  }
  return { update, stop: update }
}

function liveProgress(stream: NodeJS.WriteStream, source: Source): Progress {
  const paint = painter(stream)
  let drawn = 0
  let busy: Promise<void> | undefined
  const draw = async () => {
    const jobs = source.jobs()
    const room = Math.max(1, stream.rows - 2)
    const shown = jobs.length <= room ? jobs : [...jobs.filter(job => job.status === 'running'), ...jobs.filter(job => job.status !== 'running')].slice(0, room)
    const lines = await Promise.all(shown.map(async job => {
      const [mark, style] = marks[job.status]
      const doing = job.status === 'running' ? plain(await source.lastLine(job)) : plain(job.message ?? '')
      const head = `${label(job).padEnd(Math.min(40, Math.max(...shown.map(one => label(one).length))))} ${elapsed(job).padStart(6)}`
      return `${paint(style, mark)} ${head} ${paint('dim', shorten(doing, Math.max(0, stream.columns - head.length - 5)))}`
    }))
    stream.write(`${drawn ? `\u001b[${drawn}A` : ''}${lines.map(line => `\u001b[2K${line}\n`).join('')}\u001b[J`)
    drawn = lines.length
  }
  const update = () => busy ??= draw().finally(() => { busy = undefined })
  const timer = setInterval(() => void update(), 100)
  return {
    update: async () => {},
    stop: async () => {
      clearInterval(timer)
      await busy
      await draw()
    },
  }
}

export function label(job: Job): string {
  return `${job.recipe} ${plain(job.subproject || '.')} (${job.language})`
}

export function elapsed(job: Job): string {
  if (!job.startedAt) return ''
  return seconds((job.finishedAt ? Date.parse(job.finishedAt) : Date.now()) - Date.parse(job.startedAt))
}
