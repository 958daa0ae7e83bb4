import { isAscii } from 'node:buffer'
import { resolve } from 'node:path'
import { FarmError } from '../errors.ts'
import type { Stream, Stretch } from './log-index.ts'
import { liveLog, type LiveLog } from './log-live.ts'
import type { LogSource } from './log-section.ts'
import { findRecord, lineCount, openSource, records } from './log-source.ts'
import { longestLine } from './log-split.ts'

export interface LogLine {
  /** From 1. */
  number: number
  /** Milliseconds since 1970: when its end arrived. */
  time: number
  stream: Stream
  /** Without the `\n`; a `\r` before it stays. */
  text: string
  /** Goes on where the line before it was broken for its length. */
  continued?: boolean
}

const readBytes = 262_144
const readRecords = 1024

/** Where a reader is: the next line, and the record that it is under. */
interface Cursor { offset: number; line: number; record: number }
interface Batch { lines: readonly LogLine[]; next: Cursor }

const noRecord: Stretch = { offset: 0, time: 0, line: 1, stream: 'stdout', continued: false }

async function opened(path: string): Promise<LogSource> {
  const source = await openSource(path)
  if (!source) throw new FarmError('not_found', 'There is no such log')
  return source
}

/** The pure text, from a byte on, as far as it is written now. A chunk is its reader's own: a slow connection holds several. */
export async function* readLog(path: string, options: { fromByte?: number; maxBytes?: number; signal?: AbortSignal } = {}): AsyncIterable<Buffer> {
  const source = await opened(path)
  try {
    let at = Math.max(0, options.fromByte ?? 0)
    const end = Math.min(await visibleSize(path, source), at + (options.maxBytes ?? Infinity))
    while (at < end && !options.signal?.aborted) {
      const part = await source.text.read(at, Math.min(readBytes, end - at))
      if (part.length === 0) return
      at += part.length
      yield part
    }
  } finally {
    await source.close()
  }
}

/** Of a log that is being written, the whole lines. */
const visibleSize = (path: string, source: LogSource): Promise<number> => (liveLog(resolve(path))?.source ?? source).text.size()

export async function logSize(path: string): Promise<{ bytes: number; lines: number; finished: boolean }> {
  const live = liveLog(resolve(path))
  const source = await opened(path)
  try {
    return { bytes: await (live?.source ?? source).text.size(), lines: await lineCount(source), finished: !live }
  } finally {
    await source.close()
  }
}

/** The last lines, read from the end; of very long ones, the last 16 MiB. */
export async function tailLog(path: string, lines: number): Promise<string[]> {
  const live = liveLog(resolve(path))
  try {
    // Its files are open already; on a busy farm each step that waits for a file waits for everybody's turn.
    if (live) return await tailOf(live.source, lines)
  } catch (error) {
    if (!live?.closed) throw error
  }
  const source = await opened(path)
  try { return await tailOf(source, lines) } finally { await source.close() }
}

async function tailOf({ text }: LogSource, lines: number): Promise<string[]> {
  const parts: Buffer[] = []
  let found = 0
  let bytes = 0
  // The last line's end is not the start of one more.
  for (let end = await text.size(); end > 0 && found <= lines && bytes < 2 * longestLine;) {
    const part = await text.read(Math.max(0, end - 65_536), Math.min(65_536, end))
    for (let at = part.lastIndexOf(10); at >= 0 && found <= lines; at = at === 0 ? -1 : part.lastIndexOf(10, at - 1)) found++
    parts.unshift(part)
    bytes += part.length
    end -= part.length
  }
  const all = Buffer.concat(parts).toString('utf8').split('\n')
  if (all.at(-1) === '') all.pop()
  return lines > 0 ? all.slice(-lines) : []
}

/** Lines after `fromLine` (default: all), as far as they are written now, in batches. */
export async function* logLines(path: string, options: { fromLine?: number } = {}): AsyncIterable<readonly LogLine[]> {
  const source = await opened(path)
  try {
    let cursor: Cursor = options.fromLine ? await cursorAfter(source, options.fromLine) : { offset: 0, line: 1, record: 0 }
    const end = await visibleSize(path, source)
    for (;;) {
      const { lines, next } = await readBatch(source, cursor, end)
      if (lines.length === 0) return
      cursor = next
      yield lines
    }
  } finally {
    await source.close()
  }
}

/** Lines after `fromLine` of a log that another process is writing: those that are whole now. */
export async function* grownLines(path: string, fromLine: number): AsyncIterable<readonly LogLine[]> {
  const { lines: whole } = await logSize(path)
  if (whole <= fromLine) return
  for await (const lines of logLines(path, { fromLine })) {
    const some = lines.filter(line => line.number <= whole)
    if (some.length) yield some
    if (some.length < lines.length) return
  }
}

/**
 * Lines after `fromLine`, then those that come, until the log is closed. A log that this process does not write is read to
 * its end. Followers hold no file of their own and wait for one common promise; those who are at the same place share what was read.
 */
export async function* followLog(path: string, options: { fromLine?: number; signal: AbortSignal }): AsyncIterable<readonly LogLine[]> {
  const { signal } = options
  const live = liveLog(resolve(path))
  const bell = newBell()
  live?.followers.add(bell.ring)
  signal.addEventListener('abort', bell.ring)
  let own: LogSource | undefined
  try {
    let cursor: Cursor | undefined
    while (!signal.aborted) {
      const ending = !live || live.closed
      if (ending) own ??= await opened(path)
      let batch: Batch
      try {
        cursor ??= await cursorAfter(own ?? (live as LiveLog).source, Math.max(0, options.fromLine ?? 0))
        batch = own ? await readBatch(own, cursor) : await sharedBatch(live as LiveLog, cursor)
      } catch (error) {
        // It was closed between the look and the read: again, from the file.
        if (!ending && live?.closed) continue
        throw error
      }
      cursor = batch.next
      if (batch.lines.length) yield batch.lines
      else if (ending) return
      else await bell.rung()
    }
  } finally {
    live?.followers.delete(bell.ring)
    signal.removeEventListener('abort', bell.ring)
    await own?.close()
  }
}

/** Remembers a ring that nobody waited for. */
function newBell(): { ring(): void; rung(): Promise<void> } {
  let rang = false
  let answer: (() => void) | undefined
  return {
    ring() {
      rang = true
      answer?.()
    },
    async rung() {
      if (!rang) await new Promise<void>(resolve => { answer = resolve })
      rang = false
      answer = undefined
    },
  }
}

const shared = new WeakMap<LiveLog, { offset: number; size: number; batch: Promise<Batch> }>()

async function sharedBatch(live: LiveLog, cursor: Cursor): Promise<Batch> {
  const size = await live.source.text.size()
  const held = shared.get(live)
  if (held?.offset === cursor.offset && held.size === size) return held.batch
  const batch = readBatch(live.source, cursor, size)
  shared.set(live, { offset: cursor.offset, size, batch })
  return batch
}

/** The place behind line `line`. */
async function cursorAfter(source: LogSource, line: number): Promise<Cursor> {
  const record = Math.max(0, await findRecord(source, 'line', line))
  const [stretch = noRecord] = await records(source, record, 1)
  let { offset, line: number } = stretch
  if (line < 1) return { offset: 0, line: 1, record: 0 }
  while (number <= line) {
    const part = await source.text.read(offset, readBytes)
    if (part.length === 0) break
    let at = 0
    while (number <= line) {
      const end = part.indexOf(10, at)
      if (end < 0) break
      at = end + 1
      number++
    }
    offset += number > line ? at : part.length
  }
  return { offset, line: number, record }
}

/** Whole lines from the cursor on, before `limit`; none at the end. */
async function readBatch(source: LogSource, cursor: Cursor, limit = Infinity): Promise<Batch> {
  const none: Batch = { lines: [], next: cursor }
  const stretches = await records(source, cursor.record, readRecords + 1)
  let record = 0
  while (record + 1 < stretches.length && (stretches[record + 1] as Stretch).offset <= cursor.offset) record++
  if (record === readRecords) return readBatch(source, { ...cursor, record: cursor.record + record }, limit)
  // Beyond the last record that was read, others may begin.
  const known = stretches.length > readRecords ? (stretches[readRecords] as Stretch).offset : Infinity
  const end = Math.min(limit, known)
  let text: Buffer = Buffer.alloc(0)
  let length = 0
  for (let window = readBytes; length === 0; window *= 4) {
    if (end <= cursor.offset) return none
    text = await source.text.read(cursor.offset, Math.min(window, end - cursor.offset))
    length = text.lastIndexOf(10) + 1
    if (length === 0 && text.length < window) return none
  }
  const lines: LogLine[] = []
  let at = 0
  for (;;) {
    const stretch = stretches[record] ?? noRecord
    const following = stretches[record + 1]
    const to = Math.min(length, following ? following.offset - cursor.offset : length)
    decode(text.subarray(at, to), stretch, cursor.line + lines.length, stretch.continued && stretch.offset === cursor.offset + at, lines)
    at = to
    if (at >= length) break
    record++
  }
  return { lines, next: { offset: cursor.offset + length, line: cursor.line + lines.length, record: cursor.record + record } }
}

function decode(bytes: Buffer, { time, stream }: Stretch, first: number, continued: boolean, into: LogLine[]): void {
  if (bytes.length === 0) return
  const text = bytes.toString(isAscii(bytes) ? 'latin1' : 'utf8', 0, bytes.length - 1)
  let number = first
  for (const line of text.split('\n')) into.push({ number: number++, time, stream, text: line })
  const head = into[into.length - (number - first)]
  if (continued && head) head.continued = true
}
