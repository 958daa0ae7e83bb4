import { isUtf8 } from 'node:buffer'

/** A line longer than this is broken. */
export const longestLine = 8 * 1024 * 1024

/** Valid UTF-8: what is not becomes U+FFFD. */
export function toUtf8(bytes: Buffer): Buffer {
  return isUtf8(bytes) ? bytes : Buffer.from(bytes.toString('utf8'))
}

/**
 * Holds one stream's unfinished line until the rest comes. `emit` gets whole lines, ends included; its `continued` says that
 * the first of them goes on where the last piece of a too long line was broken. The memory it gets is not its own.
 */
export class LineSplitter {
  private pending = Buffer.alloc(0)
  private length = 0
  private broken = false
  private readonly emit: (lines: Buffer, continued: boolean) => void

  constructor(emit: (lines: Buffer, continued: boolean) => void) {
    this.emit = emit
  }

  write(chunk: Buffer): void {
    const end = chunk.lastIndexOf(10) + 1
    let start = 0
    if (this.length > 0 && end > 0) {
      start = chunk.indexOf(10) + 1
      this.keep(chunk.subarray(0, start))
      this.give(this.pending.subarray(0, this.length))
      this.length = 0
    }
    if (end > start) this.give(chunk.subarray(start, end))
    if (chunk.length > end) this.keep(chunk.subarray(end))
    if (this.length === 0 && this.pending.length > 65_536) this.pending = Buffer.alloc(0)
  }

  /** The last line, without an end of its own, gets one. */
  flush(): void {
    if (this.length > 0) this.write(Buffer.from('\n'))
  }

  private give(lines: Buffer): void {
    this.emit(lines, this.broken)
    this.broken = false
  }

  private keep(bytes: Buffer): void {
    if (this.length + bytes.length > longestLine) this.breakLine()
    if (this.length + bytes.length > this.pending.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(4096, this.pending.length * 2, this.length + bytes.length))
      this.pending.copy(larger, 0, 0, this.length)
      this.pending = larger
    }
    bytes.copy(this.pending, this.length)
    this.length += bytes.length
  }

  /** Between two characters, not within one. */
  private breakLine(): void {
    let end = this.length
    for (let back = 1; back <= Math.min(3, this.length); back++) {
      const byte = this.pending[this.length - back] ?? 0
      if ((byte & 0xc0) === 0x80) continue
      if (byte >= 0xc0 && back < (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2)) end = this.length - back
      break
    }
    this.give(Buffer.concat([this.pending.subarray(0, end), Buffer.from('\n')]))
    this.broken = true
    this.pending.copy(this.pending, 0, end, this.length)
    this.length -= end
  }
}
