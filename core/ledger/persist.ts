import { setTimeout as sleep } from 'node:timers/promises'
import { machineFault, messageOf } from '../errors.ts'
import type { Logger } from '../contract.ts'

/** Whether the ledger takes what the farm has to write: what it said last, null when all is well. */
export interface LedgerState { fault: string | null }

export interface Persistence {
  ledger: LedgerState
  log: Logger
  /** False where somebody waits for an answer, as for a check: they are told at once. */
  patient: boolean
  /** The farm is to end: nobody waits for a disk any more. */
  stopping: AbortSignal
}

const [firstMs, lastMs] = [100, 5_000]

/**
 * Does what must not be lost, such as the end of a job, as often as it takes for a ledger that cannot be written to be writable
 * again. Undefined when the farm stops meanwhile: the next start then finds the ledger as it was. Other errors are thrown.
 */
export async function persist<T>({ ledger, log, patient, stopping }: Persistence, what: string, action: () => T): Promise<T | undefined> {
  for (let pause = firstMs; ; pause = Math.min(lastMs, pause * 2)) {
    try {
      const done = action()
      ledger.fault = null
      return done
    } catch (error) {
      const fault = machineFault(error)
      if (!fault || !patient) throw fault ?? error
      if (ledger.fault === null) log.error('ledger not writable', { what, message: messageOf(error), hint: 'It is tried again until it works.' })
      ledger.fault = messageOf(error)
      if (stopping.aborted) {
        log.error('ledger not writable, given up', { what, message: messageOf(error) })
        return undefined
      }
      await sleep(pause, undefined, { signal: stopping }).catch(() => undefined)
    }
  }
}
