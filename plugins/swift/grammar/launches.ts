const opened = /^Test Suite '(?<name>.{1,500})' started at /
const closed = /^Test Suite '(?<name>.{1,500})' (?:passed|failed) at /
const executed = /^\s{0,8}(?:Total e|E)xecuted (?<total>\d{1,9}) tests?, with (?:(?<skipped>\d{1,9}) tests? skipped and )?(?<failures>\d{1,9}) failures? \(\d{1,9} unexpected\) in /

interface Sum { total: number; skipped: number; failures: number }

/** `Executed 3 tests, with 1 failure` stands below each suite; that of an outermost one is the sum of a launch of the tests. */
export class Launches {
  #depth = 0
  #seen = false
  #outermost = false
  readonly sum: Sum = { total: 0, skipped: 0, failures: 0 }

  line(text: string): boolean {
    if (opened.test(text)) {
      this.#depth++
      this.#seen = true
      this.#outermost = false
      return true
    }
    if (closed.test(text)) {
      this.#depth = Math.max(0, this.#depth - 1)
      this.#outermost = this.#depth === 0
      return true
    }
    const groups = text.includes('xecuted ') ? executed.exec(text)?.groups : undefined
    if (!groups) return false
    const number = (name: string) => Number(groups[name] ?? 0)
    // Where the beginnings are cut off, what is said last is said of all.
    const before = this.#seen ? this.sum : { total: 0, skipped: 0, failures: 0 }
    if (this.#outermost || !this.#seen) {
      this.sum.total = before.total + number('total')
      this.sum.skipped = before.skipped + number('skipped')
      this.sum.failures = before.failures + number('failures')
    }
    this.#outermost = false
    return true
  }
}
