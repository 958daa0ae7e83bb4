import { EventEmitter, once } from 'node:events'
import type { Change } from '../facade.ts'

/** What happens to the jobs, runs and searches of this process, for those who wait. */
export class Changes {
  readonly #emitter = new EventEmitter<{ change: [Change] }>().setMaxListeners(0)

  /** At once. Inside a transaction say `soon`. */
  tell(what: Change['what'], id: string): void {
    this.#emitter.emit('change', { what, id })
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
    await once(this.#emitter, 'change', signal ? { signal } : {})
  }
}
