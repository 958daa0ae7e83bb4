import type { ParseContext, TestCounts } from '../../core/contract.ts'
import { explain } from './failure.ts'
import { addLine, tool, type Failed } from './test-run.ts'

const heading = /^=== (?<status>FAIL|SKIP): (?<package>\S+)(?: (?<test>[^\s(]\S*))? +(?:\(re-run \d+\) )?\((?<seconds>\d+(?:\.\d+)?)s\)$/
const section = /^=== (?:Failed|Skipped|Errors)$/
const done = /^DONE (?:\d+ runs, )?(?<total>\d+) tests?(?:, (?<skipped>\d+) skipped)?(?:, (?<failed>\d+) failures?)?(?:, (?<errors>\d+) errors?)? in \d/

interface Block { status: 'failed' | 'skipped'; package: string; test: string | undefined; seconds: number; lines: string[] }

/**
 * gotestsum's summary: `=== FAIL: package Test (0.00s)` with what the test printed, and `DONE 46 tests, 4 failures in 0.1s`. Its formats standard-quiet
 * and standard-verbose print go test's own text before it. (gotest.tools/gotestsum, testjson/summary.go)
 */
export class GotestsumSummary {
  readonly #emit: ParseContext['emit']
  #blocks: Block[] = []
  #open: Block | undefined
  #known: Failed[] = []
  readonly #packages = new Set<string>()
  done = false

  constructor(emit: ParseContext['emit']) { this.#emit = emit }

  /** Tests that go test's own text told of already. */
  known(failed: readonly Failed[]): void { this.#known.push(...failed) }

  /** Whether the summary speaks of that package; it leaves out the path that all have in common. */
  named(name: string | undefined): boolean {
    return name !== undefined && [...this.#packages].some(short => short === '.' || short === name || name.endsWith(`/${short}`))
  }

  line(text: string): boolean {
    this.done = false
    const c = text.charCodeAt(0)
    if (c === 61) {
      const groups = heading.exec(text)?.groups
      if (groups) {
        this.#open = { status: groups.status === 'FAIL' ? 'failed' : 'skipped', package: groups.package ?? '', test: groups.test, seconds: Number(groups.seconds), lines: [] }
        this.#blocks.push(this.#open)
        return true
      }
      if (section.test(text)) {
        this.#open = undefined
        return true
      }
    }
    if (c === 68) {
      const groups = done.exec(text)?.groups
      if (groups) {
        this.#finish(groups)
        return true
      }
    }
    if (!this.#open) return false
    if (text === '' && this.#open.lines.length > 0 || text.startsWith('=== RUN') && this.#blocks.length === 0) return true
    addLine(this.#open.lines, text)
    return true
  }

  /** The summary broke off: what it named is all there is. */
  end(alone: boolean): void {
    if (this.#blocks.length === 0) return
    this.#report()
    const failed = this.#blocks.filter(block => block.status === 'failed' && block.test).length
    const skipped = this.#blocks.filter(block => block.status === 'skipped').length
    if (alone && failed + skipped > 0) this.#emit({ tool, totals: { total: failed + skipped, passed: 0, failed, skipped } })
  }

  #finish(groups: Record<string, string | undefined>): void {
    const number = (text: string | undefined) => Number(text ?? 0)
    // A package that failed without a test counts among the failures, not among the tests.
    const alone = this.#blocks.filter(block => block.status === 'failed' && !block.test).length
    const total = number(groups.total)
    const skipped = Math.min(number(groups.skipped), total)
    const failed = Math.min(Math.max(number(groups.failed) - alone, 0), total - skipped)
    const totals: TestCounts = { total, skipped, failed, passed: total - failed - skipped }
    this.#report()
    this.#blocks = []
    this.#open = undefined
    this.#known = []
    this.done = true
    this.#emit({ tool, totals })
  }

  #report(): void {
    const told = new Set<string>()
    for (const block of this.#blocks) {
      this.#packages.add(block.package)
      const key = `${block.package}\0${block.test ?? ''}`
      if (block.status !== 'failed' || told.has(key) || this.#known.some(one => one.test === block.test && samePackage(one.package, block))) continue
      told.add(key)
      const byChildren = !block.lines.some(line => line.trim() !== '') && this.#blocks.some(one => one.package === block.package && one.status === 'failed' && one.test?.startsWith(`${block.test}/`))
      if (byChildren) continue
      const why = explain(block.lines.filter(line => !/^\s*(?:=== |--- )/.test(line)))
      const what = { tool, message: why?.message ?? `${block.test ?? block.package} failed`, ...why?.place, ...(why?.trace ? { trace: why.trace } : {}) }
      if (block.test) this.#emit({ ...what, test: `${block.package}.${block.test}`, status: 'failed', seconds: block.seconds })
      else {
        const built = block.lines.map(line => /^FAIL\s+(?<name>\S+) \[(?<reason>[^\]]+)\]$/.exec(line)?.groups).find(groups => groups !== undefined)
        this.#emit({ ...what, kind: 'test', level: 'error', rule: built?.name ?? block.package, message: built?.reason ?? what.message })
      }
    }
  }
}

function samePackage(name: string | undefined, block: Block): boolean {
  return name === undefined || name === block.package || name.endsWith(`/${block.package}`) || block.package === '.' && block.lines.some(line => line.includes(name))
}
