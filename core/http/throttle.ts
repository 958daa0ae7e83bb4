import { Problem } from './problem.ts'

/** How many wrong tokens an address may send before it has to wait, and how long: the more, the longer. */
const patience = { free: 10, firstMs: 1_000, longestMs: 60_000, forgottenMs: 600_000, addresses: 10_000 }

interface Record { failures: number; last: number; until: number }

/** Slows down whoever guesses tokens. A right token in between is answered as ever; it forgives nothing. */
export class Throttle {
  readonly #seen = new Map<string, Record>()
  readonly #now: () => number

  constructor(now: () => number = Date.now) {
    this.#now = now
  }

  /** A Problem while the address has to wait. */
  admit(address: string): void {
    const record = this.#seen.get(address)
    const left = record ? record.until - this.#now() : 0
    if (left > 0) throw new Problem(429, 'busy', 'Too many wrong tokens from this address', { hint: 'Wait, and check the token.', headers: { 'Retry-After': String(Math.ceil(left / 1000)) } })
  }

  /** Answers how many wrong tokens came from there lately. */
  failed(address: string): number {
    const now = this.#now()
    const known = this.#seen.get(address)
    const record = known && now - known.last < patience.forgottenMs ? known : { failures: 0, last: now, until: 0 }
    record.failures++
    record.last = now
    const beyond = record.failures - patience.free
    if (beyond >= 0) record.until = now + Math.min(patience.longestMs, patience.firstMs * 2 ** Math.min(beyond, 16))
    this.#seen.delete(address)
    this.#seen.set(address, record)
    if (this.#seen.size > patience.addresses) this.#seen.delete(this.#seen.keys().next().value ?? '')
    return record.failures
  }
}
