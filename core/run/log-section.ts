/** Something to read a log's text or records from, at any place. */
export interface Section {
  /** Now. */
  size(): Promise<number>
  /** May give less than asked for, at the end. `into` is memory that may be used for it. */
  read(offset: number, length: number, into?: Buffer): Promise<Buffer>
}

/** A log, plain or compacted. */
export interface LogSource {
  text: Section
  index: Section
  compact: boolean
  close(): Promise<void>
}

export function missing(error: unknown): undefined {
  if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
  throw error
}
