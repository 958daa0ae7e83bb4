import { Readable } from 'node:stream'

/** A stream of chunks for an answer. Resolves with the first one at hand, so that an early fault is still a proper answer. */
export async function streamOf(chunks: AsyncIterable<string | Buffer>): Promise<Readable> {
  const iterator = chunks[Symbol.asyncIterator]()
  const first = await iterator.next()
  return readable(restOf(first, iterator))
}

/** Measured in bytes, so that a slow reader has one chunk waiting for it and not sixteen. No chunk may be empty. */
export function readable(chunks: AsyncIterable<string | Buffer>): Readable {
  return Readable.from(chunks, { objectMode: false })
}

async function* restOf<T extends string | Buffer>(first: IteratorResult<T>, iterator: AsyncIterator<T>): AsyncGenerator<T> {
  try {
    for (let next = first; !next.done; next = await iterator.next()) if (next.value.length) yield next.value
  } finally {
    await iterator.return?.()
  }
}

/** The same values; null whenever none came for so long. */
export async function* withHeartbeat<T>(values: AsyncIterable<T>, everyMs: number): AsyncGenerator<T | null> {
  const iterator = values[Symbol.asyncIterator]()
  let next = iterator.next()
  next.catch(() => {})
  try {
    for (;;) {
      const { beat, cancel } = timer(everyMs)
      const result = await Promise.race([next, beat]).finally(cancel)
      if (result === null) { yield null; continue }
      if (result.done) return
      yield result.value
      next = iterator.next()
      next.catch(() => {})
    }
  } finally {
    void iterator.return?.()?.catch(() => {})
  }
}

function timer(ms: number): { beat: Promise<null>; cancel: () => void } {
  let timeout: NodeJS.Timeout
  const beat = new Promise<null>(resolve => { timeout = setTimeout(resolve, ms, null) })
  return { beat, cancel: () => clearTimeout(timeout) }
}
