import type { Fact, FactName, Facts, Logger } from '../contract.ts'
import { machineFault, messageOf } from '../errors.ts'
import { now, sql, type Db } from './database.ts'

type Handler = (fact: Fact) => Promise<void> | void

interface Row { id: number; name: FactName; at: string; data: string }

/** How long a handler may take before it counts as hanging; and the pauses before it is called again. */
export interface Patience {
  handlerMs: number
  firstRetryMs: number
  lastRetryMs: number
  /** Aborted when the farm is told to end: whoever gives up then has not failed, and is told by the next farm. */
  stopping: AbortSignal
}

const patience: Patience = { handlerMs: 60_000, firstRetryMs: 1_000, lastRetryMs: 300_000, stopping: new AbortController().signal }

/** Whether the project that a fact is of was removed after it: another may have its name by now. */
export function isOfRemoved(db: Db, { id, data }: Pick<Fact, 'id'> & { data: { project: string } }): boolean {
  return sql(db, `SELECT 1 FROM facts INDEXED BY facts_of_removals WHERE name = 'project.removed' AND id > ? AND json_extract(data, '$.project') = ?`).get(id, data.project) !== undefined
}

/**
 * The outbox. `append` writes a fact in the caller's transaction; every subscriber is fed from the table in order,
 * at its own pace, from its own durable cursor, at least once.
 */
export class FactLog {
  readonly #db: Db
  readonly #log: Logger
  readonly #patience: Patience
  readonly #subscribers = new Map<string, Subscriber>()
  #closed = false

  constructor(db: Db, log: Logger, wait: Partial<Patience> = {}) {
    this.#db = db
    this.#log = log
    this.#patience = { ...patience, ...wait }
  }

  /** Call inside the transaction that changes the state. Subscribers hear of it once the transaction has ended. */
  append<K extends FactName>(name: K, data: Facts[K]): void {
    sql(this.#db, 'INSERT INTO facts (name, at, data) VALUES (?, ?, ?)').run(name, now(), JSON.stringify(data))
    setImmediate(() => this.#wakeAll())
  }

  /** Adds a handler. A subscriber that was never seen before starts with the facts after this moment. */
  subscribe<K extends FactName>(subscriber: string, name: K, handler: (fact: Fact<K>) => Promise<void> | void): void {
    let known = this.#subscribers.get(subscriber)
    if (!known) {
      sql(this.#db, 'INSERT OR IGNORE INTO cursors (subscriber, fact) SELECT ?, coalesce(max(id), 0) FROM facts').run(subscriber)
      this.#subscribers.set(subscriber, known = new Subscriber(subscriber, this.#db, this.#log, this.#patience, (failure) => this.append('service.failed', failure)))
      setImmediate(() => known?.wake())
    }
    known.handlers.set(name, [...(known.handlers.get(name) ?? []), handler as unknown as Handler])
  }

  /** Who is fed. */
  get subscribers(): string[] {
    return [...this.#subscribers.keys()]
  }

  /** Stops feeding. Handlers that are at work are waited for, but not longer than they may take. */
  async close(): Promise<void> {
    this.#closed = true
    await Promise.all([...this.#subscribers.values()].map(one => one.close()))
  }

  #wakeAll(): void {
    if (this.#closed) return
    for (const one of this.#subscribers.values()) one.wake()
  }
}

class Subscriber {
  readonly handlers = new Map<FactName, readonly Handler[]>()
  readonly #name: string
  readonly #db: Db
  readonly #log: Logger
  readonly #patience: Patience
  readonly #failed: (failure: Facts['service.failed']) => void
  #feeding: Promise<void> | undefined
  #again = false
  #closed = false
  #retry: NodeJS.Timeout | undefined
  #attempts = 0

  constructor(name: string, db: Db, log: Logger, wait: Patience, failed: (failure: Facts['service.failed']) => void) {
    this.#name = name
    this.#db = db
    this.#log = log
    this.#patience = wait
    this.#failed = failed
  }

  wake(): void {
    if (this.#closed || this.#retry) return
    if (this.#feeding) { this.#again = true; return }
    this.#feeding = this.#feed().finally(() => {
      this.#feeding = undefined
      if (this.#again) { this.#again = false; this.wake() }
    })
  }

  async close(): Promise<void> {
    this.#closed = true
    clearTimeout(this.#retry)
    await this.#feeding
  }

  /** A ledger that cannot be written is waited for, as is a handler that fails: the fact is delivered again. */
  async #feed(): Promise<void> {
    try { await this.#feedAll() } catch (error) {
      if (!machineFault(error)) throw error
      this.#later(this.#patience.firstRetryMs)
    }
  }

  async #feedAll(): Promise<void> {
    for (;;) {
      const facts = this.#next()
      if (facts.length === 0) return
      for (const row of facts) {
        if (this.#closed) return
        const handlers = this.handlers.get(row.name) ?? []
        if (handlers.length && !await this.#deliver(row, handlers)) return
        // Another process may be further.
        sql(this.#db, 'UPDATE cursors SET fact = max(fact, ?) WHERE subscriber = ?').run(row.id, this.#name)
      }
    }
  }

  #next(): Row[] {
    return sql(this.#db, 'SELECT id, name, at, data FROM facts WHERE id > (SELECT fact FROM cursors WHERE subscriber = ?) ORDER BY id LIMIT 100').all(this.#name) as Row[]
  }

  async #deliver(row: Row, handlers: readonly Handler[]): Promise<boolean> {
    try {
      for (const handler of handlers) await inTime(handler({ id: row.id, name: row.name, at: row.at, data: JSON.parse(row.data) as Fact['data'] }), this.#patience.handlerMs)
      this.#attempts = 0
      return true
    } catch (error) {
      this.#giveBack(row, messageOf(error))
      return false
    }
  }

  /** The same fact again, later. Only this subscriber waits. */
  #giveBack(row: Row, message: string): void {
    if (this.#patience.stopping.aborted) return this.#later(this.#patience.firstRetryMs)
    this.#attempts++
    const pause = Math.min(this.#patience.lastRetryMs, this.#patience.firstRetryMs * 2 ** (this.#attempts - 1))
    this.#log.error('service failed', { service: this.#name, fact: row.id, name: row.name, attempts: this.#attempts, message, retry_ms: pause })
    if (row.name !== 'service.failed') this.#failed({ service: this.#name, fact: row.id, name: row.name, message, attempts: this.#attempts })
    this.#later(pause)
  }

  #later(pause: number): void {
    if (this.#closed) return
    this.#retry = setTimeout(() => { this.#retry = undefined; this.wake() }, pause)
    this.#retry.unref()
  }
}

async function inTime(work: Promise<void> | void, limitMs: number): Promise<void> {
  if (!work) return
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`the handler did not finish within ${limitMs / 1000} s`)), limitMs)
    timer.unref()
  })
  try { await Promise.race([work, late]) } finally { clearTimeout(timer) }
}
