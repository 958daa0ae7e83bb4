/** Something to read a log's text or records from, at any place. */
export interface Section {
  /** Now. */
  size(): Promise<number>
  /** May give less than asked for, at the end. The answer's memory belongs to who asked. */
  read(offset: number, length: number): Promise<Buffer>
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
