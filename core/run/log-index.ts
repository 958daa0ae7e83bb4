/**
 * One record per stretch of whole lines that arrived at the same millisecond on the same stream: 20 bytes, big-endian:
 * offset in the text (6), time in ms (6), number of its first line, from 1 (6), stream (1), flags (1).
 * A stretch reaches to the next record's offset.
 */
export const recordBytes = 20

export const streams = ['stdout', 'stderr', 'farm'] as const
export type Stream = typeof streams[number]

export interface Stretch {
  offset: number
  time: number
  /** Number of the first line. */
  line: number
  stream: Stream
  /** The first line goes on where the line before it was broken. */
  continued: boolean
}

export function writeRecord(into: Buffer, at: number, one: Stretch): void {
  into.writeUIntBE(one.offset, at, 6)
  into.writeUIntBE(one.time, at + 6, 6)
  into.writeUIntBE(one.line, at + 12, 6)
  into[at + 18] = streams.indexOf(one.stream)
  into[at + 19] = one.continued ? 1 : 0
}

export function readRecord(from: Buffer, at: number): Stretch {
  return {
    offset: from.readUIntBE(at, 6),
    time: from.readUIntBE(at + 6, 6),
    line: from.readUIntBE(at + 12, 6),
    stream: streams[from[at + 18] ?? 0] ?? 'stdout',
    continued: ((from[at + 19] ?? 0) & 1) === 1,
  }
}

/** How many line ends there are. Runs over every byte of every log: the search for one byte is native, a loop here is not. */
export function countLines(text: Buffer, start = 0, end = text.length): number {
  const part = text.subarray(start, end)
  let count = 0
  for (let at = part.indexOf(10); at >= 0; at = part.indexOf(10, at + 1)) count++
  return count
}
