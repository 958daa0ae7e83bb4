import type { Farm } from '../facade.ts'
import type { Caller } from '../ledger/tokens.ts'
import type { Job } from '../ledger/jobs.ts'
import type { LogLine } from '../run/log.ts'
import { withHeartbeat } from './stream.ts'

const heartbeatMs = 15_000

interface Follow { afterLine: number; signal: AbortSignal; everyMs?: number }

/**
 * A job's log as server-sent events (WHATWG HTML §9.2): `line` events whose id is the line's number, a comment when nothing
 * comes, and `end` with the job's status. The next batch is read when the last one has gone out, so a slow reader costs nothing.
 */
export async function* logEvents(farm: Farm, caller: Caller, job: Job, { afterLine, signal, everyMs = heartbeatMs }: Follow): AsyncGenerator<string> {
  yield 'retry: 2000\n\n'
  try {
    for await (const lines of withHeartbeat(farm.followLog(job, { afterLine, signal }), everyMs)) yield lines === null ? ': still here\n\n' : lines.map(lineEvent).join('')
    // The log is closed before its findings are read: the status is known a little later.
    for await (const beat of withHeartbeat(whenEnded(farm, job, signal), everyMs)) if (beat === null) yield ': still here\n\n'
    yield event('end', { job_id: job.id, status: statusNow(farm, caller, job) })
  } catch (error) {
    if (!signal.aborted) throw error
  }
}

/** The same as plain text. */
export async function* logText(farm: Farm, job: Job, signal: AbortSignal): AsyncGenerator<string> {
  try {
    for await (const lines of farm.followLog(job, { signal })) yield lines.map(line => `${line.text}\n`).join('')
  } catch (error) {
    if (!signal.aborted) throw error
  }
}

async function* whenEnded(farm: Farm, job: Job, signal: AbortSignal): AsyncGenerator<true> {
  await farm.ended(job.id, signal)
  yield true
}

/** Null when the job was removed meanwhile. */
function statusNow(farm: Farm, caller: Caller, job: Job): string | null {
  try { return farm.job(caller, job.id).status } catch { return null }
}

function lineEvent({ number, time, stream, text }: LogLine): string {
  return `id: ${number}\n${event('line', { line: number, time: new Date(time).toISOString(), stream, text })}`
}

function event(name: string, data: unknown): string {
  return `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`
}
