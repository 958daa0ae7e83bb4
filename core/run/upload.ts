import { createReadStream, createWriteStream } from 'node:fs'
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { FarmError } from '../errors.ts'

const prefix = 'upload-'

/** Keeps a document of any size on disk while `use` reads it, unpacked if it is gzip. Throws `too_large` beyond so many bytes of text. */
export async function withUpload<T>(dataDir: string, bytes: AsyncIterable<Buffer>, limitBytes: number, use: (path: string) => Promise<T>): Promise<T> {
  const directory = await mkdtemp(join(dataDir, prefix))
  try {
    const path = join(directory, 'document')
    await pipeline(unpacked(bytes), capped(limitBytes), createWriteStream(path, { mode: 0o600 }))
    return await use(path)
  } finally { await rm(directory, { recursive: true, force: true }) }
}

/** Uploads, and the copies of ledgers that backups and restores are made of. */
const passing = /^(?:upload|\.backup|\.restoring)-/

/** What a farm or a verb left that was killed at it. */
export async function sweepUploads(dataDir: string, now: number): Promise<void> {
  for (const name of (await readdir(dataDir)).filter(one => passing.test(one))) {
    const { mtimeMs } = await stat(join(dataDir, name)).catch(() => ({ mtimeMs: now }))
    if (now - mtimeMs > 86_400_000) await rm(join(dataDir, name), { recursive: true, force: true })
  }
}

export const fileBytes = (path: string): AsyncIterable<Buffer> => createReadStream(path, { highWaterMark: 256 * 1024 })

/** Whatever a header says of it, gzip begins with 1f 8b (RFC 1952, §2.3.1), and text does not. */
async function* unpacked(bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const iterator = bytes[Symbol.asyncIterator]()
  let head = Buffer.alloc(0)
  // They may come one by one.
  while (head.length < 2) {
    const next = await iterator.next()
    if (next.done) break
    head = Buffer.concat([head, next.value])
  }
  if (head.length === 0) return
  const whole = async function* () {
    yield head
    for (let next = await iterator.next(); !next.done; next = await iterator.next()) yield next.value
  }
  if (head[0] !== 0x1f || head[1] !== 0x8b) return yield* whole()
  try {
    const source = Readable.from(whole(), { objectMode: false })
    const gunzip = createGunzip()
    source.once('error', error => gunzip.destroy(error))
    yield* source.pipe(gunzip)
  } catch (error) {
    if (error instanceof Error && 'code' in error && String(error.code).startsWith('Z_')) throw new FarmError('invalid', 'body: is gzip that cannot be unpacked', { field: 'body', cause: error })
    throw error
  }
}

function capped(limitBytes: number): (bytes: AsyncIterable<Buffer>) => AsyncGenerator<Buffer> {
  return async function* (bytes) {
    let total = 0
    for await (const chunk of bytes) {
      total += chunk.length
      if (total > limitBytes) throw new FarmError('too_large', `The document is larger than ${limitBytes / 2 ** 20} MiB`, { field: 'body' })
      yield chunk
    }
  }
}
