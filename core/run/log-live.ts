import type { LogSource } from './log-section.ts'

/** A log that this process writes: those who follow it are told when there is more, and share what was read last. */
export interface LiveLog {
  source: LogSource
  closed: boolean
  /** Called when there is more, and when the log is closed. */
  followers: Set<() => void>
}

const live = new Map<string, LiveLog>()

export const liveLog = (path: string): LiveLog | undefined => live.get(path)

/** Returns how to wake those who follow, and how to end it. */
export function goLive(path: string, source: LogSource): { wake(): void; close(): void } {
  const entry: LiveLog = { source, closed: false, followers: new Set() }
  const wake = () => {
    for (const follower of entry.followers) follower()
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
