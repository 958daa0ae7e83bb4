import type { Point } from './tap-line.ts'

/** One TAP document's outermost level: its points, its plan, and what is wrong with them together. */
export class TapDocument {
  begun = false
  versioned = false
  strict = false
  /** Nothing but comments may follow. */
  over = false
  count = 0
  #passed = 0
  #failed = 0
  #skipped = 0
  #faults = 0
  #bailed = false
  #start: number | undefined
  #end = 0
  readonly #ids = new Set<number>()
  /** Numbers seen before there was a plan. */
  readonly #outside = new Set<number>()
  /** Rule → message: one each, however often it happened. */
  readonly faults = new Map<string, string>()

  get planned(): boolean { return this.#start !== undefined }

  point({ ok, id, skip, todo }: Point): void {
    this.begun = true
    this.count++
    if (skip || (todo && !ok)) this.#skipped++
    else if (ok) this.#passed++
    else this.#failed++
    if (id === undefined) return
    if (this.#ids.has(id)) this.fault(`test ${id} appears more than once`)
    else if (this.#ids.size < 1_000_000) this.#ids.add(id)
    if (skip || todo) return
    if (this.#start === undefined) this.#outside.add(id)
    else if (id < this.#start || id > this.#end) this.fault(this.#notKept())
  }

  plan(start: number, end: number): void {
    if (this.#start !== undefined || (end < start && end !== 0 && start !== 1)) return
    this.begun = true
    this.#start = start
    this.#end = end
    this.over = this.count > 0 || end === 0
    for (const id of this.#outside) if (id < start || id > end) this.fault(`planned ${start}..${end}, but there is a test ${id}`)
  }

  fault(message: string): void {
    this.#faults++
    if (!this.faults.has('plan')) this.faults.set('plan', message)
  }

  bail(reason: string): void {
    if (this.over && this.#bailed) return
    this.begun = this.over = this.#bailed = true
    this.faults.set('bail-out', reason === '' ? 'the tests gave up (bail-out)' : `the tests gave up: ${reason}`)
  }

  /** The counts; undefined when there was nothing that could be told from ordinary output. */
  close(): { total: number; passed: number; failed: number; skipped: number } | undefined {
    if (!this.begun || (this.count === 0 && !this.versioned && !this.#bailed)) return undefined
    this.#judgePlan()
    const failed = this.#failed + this.#faults
    return { total: this.count, passed: this.#passed, failed: failed === 0 && this.#bailed ? 1 : failed, skipped: this.#skipped }
  }

  #judgePlan(): void {
    if (this.#bailed) return
    if (this.#start === undefined) {
      if (this.count > 0) this.fault('there is no plan: the tests ended before they said how many they are')
      return
    }
    if (this.#start === 1 && this.#end === 0) {
      if (this.count > 0) this.fault('planned no test, but there are some')
      return
    }
    if (this.#failed + this.#faults === 0 && this.count !== this.#end - this.#start + 1) this.fault(this.#notKept())
  }

  #notKept(): string {
    const planned = this.#end - this.#start! + 1
    return this.count > planned ? `planned ${planned} tests, but there are more` : `planned ${planned} tests, but ran ${this.count}`
  }
}
