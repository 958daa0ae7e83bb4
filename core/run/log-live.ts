import type { LogSource } from './log-section.ts'

/** A log that this process writes: those who follow it wait here and share what was read last. */
export interface LiveLog {
  source: LogSource
  closed: boolean
  /** Fulfilled when there is more, or when the log is closed. */
  changed(): Promise<void>
}

const live = new Map<string, LiveLog>()

export const liveLog = (path: string): LiveLog | undefined => live.get(path)

/** Returns how to wake those who wait, and how to end it. */
export function goLive(path: string, source: LogSource): { wake(): void; close(): void } {
  let wakeUp: () => void = () => {}
  let next: Promise<void> | undefined
  const wake = () => {
    next = undefined
    wakeUp()
    wakeUp = () => {}
  }
  const entry: LiveLog = {
    source,
    closed: false,
    changed: () => next ??= new Promise(resolve => { wakeUp = resolve }),
  }
  live.set(path, entry)
  return {
    wake,
    close() {
      entry.closed = true
      if (live.get(path) === entry) live.delete(path)
      wake()
    },
  }
}
