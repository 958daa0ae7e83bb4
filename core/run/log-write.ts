import { constants, type Stats } from 'node:fs'
import { mkdir, open, stat, type FileHandle } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { FarmError } from '../errors.ts'
import { healLog } from './log-heal.ts'
import { countLines, recordBytes, writeRecord, type Stream, type Stretch } from './log-index.ts'
import { goLive } from './log-live.ts'
import { roomOn } from './log-room.ts'
import { missing, type LogSource } from './log-section.ts'
import { lineCount, plainSource } from './log-source.ts'
import { LineSplitter, toUtf8 } from './log-split.ts'

export interface LogWriter {
  /** Copies what it is given. A promise says: no more before it is fulfilled. Never rejects. */
  write(stream: 'stdout' | 'stderr', chunk: Buffer): void | Promise<void>
  /** A line of the farm, at once, whatever the cap says. */
  note(text: string): void
  /** Writes what is pending, unfinished last lines included (they get an end). Due after each process, lest the next one's first line is joined. */
  flush(): Promise<void>
  /** Durable. May be called again; what is noted later is lost. */
  close(): Promise<{ lines: number; bytes: number; cut: boolean }>
  /** A disk error, such as no space: from there on, output is read and dropped. */
  readonly failed: Error | undefined
  /** Whether the cap is reached: of what follows only the end is kept. */
  readonly full: boolean
  /** What is accepted so far. */
  readonly lines: number
}

/** A write waits for the disk when this much is not yet written. */
const highWater = 262_144
/** What is kept of the end of a log that was cut. */
const tailBytes = 65_536

/** Opens a log for writing, at its end where there is one (as after a crash). The directory is made. `reserveBytes` of its disk are left free. */
export async function openLog(path: string, options: { capBytes: number; reserveBytes?: number }): Promise<LogWriter> {
  await mkdir(dirname(path), { recursive: true })
  const before = await stat(path).catch(missing)
  if (before) await healLog(path)
  else if (await stat(`${path}.z`).catch(missing)) throw new FarmError('conflict', `${path} is finished and compacted`)
  const flags = constants.O_RDWR | constants.O_CREAT
  const [text, index] = await Promise.all([open(path, flags, 0o640), open(`${path}.idx`, flags, 0o640)])
  const { size: bytes }: Stats = await text.stat()
  const { size: indexBytes } = await index.stat()
  return new Writer(resolve(path), text, index, { bytes, indexBytes, lines: bytes ? await lineCount(plainSource(text, index)) : 0 }, options.capBytes, roomOn(dirname(path), options.reserveBytes ?? 0))
}

/** Memory that grows and is used again. */
class Batch {
  memory = Buffer.alloc(0)
  used = 0

  room(length: number): number {
    const at = this.used
    if (at + length > this.memory.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(4096, this.memory.length * 2, at + length))
      this.memory.copy(larger, 0, 0, at)
      this.memory = larger
    }
    this.used += length
    return at
  }

  clear(): void {
    this.used = 0
    if (this.memory.length > 2 * highWater) this.memory = Buffer.alloc(0)
  }
}

interface Kept { stream: 'stdout' | 'stderr'; time: number; lines: Buffer; continued: boolean }

class Writer implements LogWriter {
  failed: Error | undefined
  private readonly text: FileHandle
  private readonly index: FileHandle
  private readonly splitters: Record<'stdout' | 'stderr', LineSplitter>
  private readonly live: ReturnType<typeof goLive>
  private readonly cap: number
  private readonly room: (bytes: number) => Promise<void>
  /** What was accepted, and what of it is on disk. */
  private readonly accepted: { bytes: number; lines: number }
  private readonly written: { bytes: number; indexBytes: number }
  private last: Stretch | undefined
  private filling = { text: new Batch(), index: new Batch() }
  private spare = { text: new Batch(), index: new Batch() }
  private writing: Promise<void> | undefined
  private cut: { dropped: number; kept: Kept[]; keptBytes: number } | undefined
  private closing: Promise<{ lines: number; bytes: number; cut: boolean }> | undefined

  constructor(path: string, text: FileHandle, index: FileHandle, start: { bytes: number; indexBytes: number; lines: number }, cap: number, room: (bytes: number) => Promise<void>) {
    this.room = room
    this.text = text
    this.index = index
    this.cap = cap
    this.accepted = { bytes: start.bytes, lines: start.lines }
    this.written = { bytes: start.bytes, indexBytes: start.indexBytes }
    const splitter = (stream: 'stdout' | 'stderr') => new LineSplitter((lines, continued) => this.take(stream, toUtf8(lines), continued))
    this.splitters = { stdout: splitter('stdout'), stderr: splitter('stderr') }
    this.live = goLive(path, this.source())
  }

  get full(): boolean { return this.cut !== undefined }
  get lines(): number { return this.accepted.lines }

  write(stream: 'stdout' | 'stderr', chunk: Buffer): void | Promise<void> {
    if (this.closing) return
    this.splitters[stream].write(chunk)
    return this.filling.text.used > highWater ? this.writing : undefined
  }

  note(text: string): void {
    if (this.closing) return
    this.noteLines(text)
  }

  async flush(): Promise<void> {
    this.splitters.stdout.flush()
    this.splitters.stderr.flush()
    while (this.writing) await this.writing
  }

  close(): Promise<{ lines: number; bytes: number; cut: boolean }> {
    return this.closing ??= this.end()
  }

  private async end(): Promise<{ lines: number; bytes: number; cut: boolean }> {
    this.splitters.stdout.flush()
    this.splitters.stderr.flush()
    if (this.cut) this.writeTail(this.cut)
    await this.flush()
    await Promise.all([this.text.datasync(), this.index.datasync()]).catch(error => this.fail(error))
    this.live.close()
    await Promise.all([this.text.close(), this.index.close()]).catch(() => undefined)
    return { ...this.accepted, cut: this.cut !== undefined }
  }

  private noteLines(text: string): void {
    const lines = toUtf8(Buffer.from(text.split(/\r?\n/).map(line => `[crafting-table] ${line}\n`).join('')))
    this.append('farm', Date.now(), lines, 0, lines.length, false)
  }

  /** Whole lines of the job: into the log, or, beyond the cap, into what is kept of the end. */
  private take(stream: 'stdout' | 'stderr', lines: Buffer, continued: boolean): void {
    const time = Date.now()
    if (this.cut) return this.keep(this.cut, { stream, time, lines, continued })
    const room = this.cap - this.accepted.bytes
    if (lines.length <= room) return this.append(stream, time, lines, 0, lines.length, continued)
    const end = room > 0 ? lines.lastIndexOf(10, room - 1) + 1 : 0
    if (end > 0) this.append(stream, time, lines, 0, end, continued)
    this.noteLines(`log cut at ${this.accepted.bytes} bytes: the output goes on, but only its end is kept`)
    this.cut = { dropped: 0, kept: [], keptBytes: 0 }
    this.keep(this.cut, { stream, time, lines: lines.subarray(end), continued: continued && end === 0 })
  }

  private keep(cut: NonNullable<Writer['cut']>, one: Kept): void {
    const start = one.lines.length > tailBytes ? one.lines.indexOf(10, one.lines.length - tailBytes - 1) + 1 : 0
    // A single line longer than that: its end.
    const lines = Buffer.from(start === one.lines.length ? one.lines.subarray(-tailBytes) : one.lines.subarray(start))
    cut.dropped += one.lines.length - lines.length
    cut.kept.push({ ...one, lines, continued: start === 0 ? one.continued : start === one.lines.length })
    cut.keptBytes += lines.length
    while (cut.kept.length > 1 && cut.keptBytes - (cut.kept[0]?.lines.length ?? 0) >= tailBytes) {
      const gone = cut.kept.shift()?.lines.length ?? 0
      cut.keptBytes -= gone
      cut.dropped += gone
    }
  }

  private writeTail(cut: NonNullable<Writer['cut']>): void {
    if (cut.dropped > 0) this.noteLines(`${cut.dropped} bytes were dropped here; the end of the output:`)
    for (const one of cut.kept) {
      const lines = toUtf8(one.lines)
      this.append(one.stream, one.time, lines, 0, lines.length, one.continued)
    }
    cut.kept = []
  }

  private append(stream: Stream, time: number, lines: Buffer, start: number, end: number, continued: boolean): void {
    if (this.failed || end <= start) return
    if (!this.last || this.last.stream !== stream || this.last.time !== time || continued) {
      this.last = { offset: this.accepted.bytes, time, line: this.accepted.lines + 1, stream, continued }
      writeRecord(this.record(), 0, this.last)
    }
    const at = this.filling.text.room(end - start)
    lines.copy(this.filling.text.memory, at, start, end)
    this.accepted.bytes += end - start
    this.accepted.lines += countLines(lines, start, end)
    this.writing ??= this.writeOut()
  }

  private record(): Buffer {
    const at = this.filling.index.room(recordBytes)
    return this.filling.index.memory.subarray(at, at + recordBytes)
  }

  /** Until nothing is left. The index goes first: a record without its text is found out later, text without a record is not. */
  private async writeOut(): Promise<void> {
    // What else arrives in this turn goes along.
    await undefined
    while (this.filling.text.used > 0 && !this.failed) {
      const batch = this.filling
      this.filling = this.spare
      this.spare = batch
      try {
        await this.room(batch.text.used + batch.index.used)
        await writeAll(this.index, batch.index, this.written.indexBytes)
        await writeAll(this.text, batch.text, this.written.bytes)
        this.written.indexBytes += batch.index.used
        this.written.bytes += batch.text.used
      } catch (error) {
        await this.fail(error)
      }
      batch.index.clear()
      batch.text.clear()
      this.live.wake()
    }
    this.writing = undefined
  }

  /** Back to the last whole batch, which is whole lines. */
  private async fail(error: unknown): Promise<void> {
    this.failed ??= error instanceof Error ? error : new Error(String(error))
    this.filling.text.clear()
    this.filling.index.clear()
    await Promise.all([this.text.truncate(this.written.bytes), this.index.truncate(this.written.indexBytes)]).catch(() => undefined)
  }

  /** For those who follow: only what is whole. */
  private source(): LogSource {
    const plain = plainSource(this.text, this.index)
    const read = (section: 'text' | 'index', size: () => number) => (offset: number, length: number) =>
      plain[section].read(offset, Math.max(0, Math.min(length, size() - offset)))
    return {
      text: { size: () => Promise.resolve(this.written.bytes), read: read('text', () => this.written.bytes) },
      index: { size: () => Promise.resolve(this.written.indexBytes), read: read('index', () => this.written.indexBytes) },
      compact: false,
      close: () => Promise.resolve(),
    }
  }
}

async function writeAll(file: FileHandle, batch: Batch, position: number): Promise<void> {
  for (let done = 0; done < batch.used;) done += (await file.write(batch.memory, done, batch.used - done, position + done)).bytesWritten
}
