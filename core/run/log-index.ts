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

/** How many line ends there are. Four bytes at a time: this runs over every byte of every log. */
export function countLines(text: Buffer, start = 0, end = text.length): number {
  let count = 0
  let at = start
  for (; at < end && (text.byteOffset + at) % 4 !== 0; at++) if (text[at] === 10) count++
  const words = new Int32Array(text.buffer, text.byteOffset + at, (end - at) >> 2)
  for (let index = 0; index < words.length; index++) {
    const word = (words[index] as number) ^ 0x0a0a0a0a
    // Not zero where a byte is zero: exact for "is there one", so the bytes are looked at only then.
    if (((word - 0x01010101) & ~word & 0x80808080) === 0) continue
    if ((word & 0xff) === 0) count++
    if ((word & 0xff00) === 0) count++
    if ((word & 0xff0000) === 0) count++
    if ((word & 0xff000000) === 0) count++
  }
  for (let index = at + words.length * 4; index < end; index++) if (text[index] === 10) count++
  return count
}
