import { EventEmitter, once } from 'node:events'
import type { Change } from '../facade.ts'

/** How often is asked whether another process has written, while somebody waits. */
const lookMs = 500

/** What happens to the jobs, runs and searches of this process, for those who wait; and that something has happened in another one that has the ledger open. */
export class Changes {
  readonly #emitter = new EventEmitter<{ change: [Change]; any: [] }>().setMaxListeners(0)
  #elsewhere: () => number = () => 0
  #seen: number | undefined
  #waiting = 0
  #clock: NodeJS.Timeout | undefined

  /** `version` is another number when another process has written: PRAGMA data_version. */
  watchOthers(version: () => number): void { this.#elsewhere = version }

  /** At once. Inside a transaction say `soon`. */
  tell(what: Change['what'], id: string): void {
    this.#emitter.emit('change', { what, id })
    this.#emitter.emit('any')
  }

  /** After the transaction that is going on. */
  soon(what: Change['what'], id: string): void {
    setImmediate(() => this.tell(what, id))
  }

  watch(listener: (change: Change) => void): () => void {
    this.#emitter.on('change', listener)
    return () => { this.#emitter.off('change', listener) }
  }

  async next(signal?: AbortSignal): Promise<void> {
    this.#waiting++
    this.#clock ??= setInterval(() => this.#look(), lookMs).unref()
    try {
      await once(this.#emitter, 'any', signal ? { signal } : {})
    } finally {
      if (--this.#waiting === 0) {
        clearInterval(this.#clock)
        this.#clock = undefined
      }
    }
  }

  /** The same, for `ms` at most. */
  async within(ms: number, signal: AbortSignal): Promise<void> {
    await this.next(AbortSignal.any([signal, AbortSignal.timeout(ms)])).catch(() => signal.throwIfAborted())
  }

  /** Against what was seen last, however long ago: who waits may have looked before the other one wrote. */
  #look(): void {
    let version: number
    // A ledger that cannot be read now is asked again.
    try { version = this.#elsewhere() } catch { return }
    if (version === this.#seen) return
    this.#seen = version
    this.#emitter.emit('any')
  }
}
