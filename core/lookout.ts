import { messageOf } from './errors.ts'
import type { Logger } from './contract.ts'

/** Looks for something to do whenever it is woken, and by itself when something may be due. */
export interface Lookout {
  /** Never throws: timers and ended work call it, with nobody to throw at. */
  wake(): void
  /** Looks no more. */
  close(): void
}

export interface LookoutParts {
  /** Begins what is due. In how many milliseconds something else may be; undefined: not before somebody wakes it. */
  look(): number | undefined
  /** What the log says of a look that threw. */
  fault: string
  /** A ledger that cannot be read or written for a while must not end the farm: after a look that threw, the next is so many milliseconds later. */
  retryMs: number
  log: Logger
  /** Once aborted, nothing is looked at any more. */
  signal: AbortSignal
}

export function lookoutOf({ look, fault, retryMs, log, signal }: LookoutParts): Lookout {
  let alarm: NodeJS.Timeout | undefined
  let isClosed = false
  const looked = () => {
    try { return look() } catch (error) {
      log.error(fault, { message: messageOf(error) })
      return retryMs
    }
  }
  const wake = () => {
    clearTimeout(alarm)
    if (isClosed || signal.aborted) return
    const pause = looked()
    // Whoever is woken by its own look has set the alarm already.
    clearTimeout(alarm)
    if (pause !== undefined) alarm = setTimeout(wake, pause).unref()
  }
  return {
    wake,
    close() {
      isClosed = true
      clearTimeout(alarm)
    },
  }
}
