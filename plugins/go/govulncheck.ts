import type { LineParser, LineReader, Location, ParseContext } from '../../core/contract.ts'
import { position } from '../../core/parse/index.ts'
import { Vulnerabilities, type Depth } from './vulnerabilities.ts'

const title = /^Vulnerability #\d+: (?<id>\S+)$/
const section = /^=== (?<name>Symbol Results|Package Results|Module Results|Informational) ===$/
const where = /^ +(?<what>Found in|Fixed in|More info|Module|Standard library):? ?(?<value>\S*)$/
/** It could not look at all. */
const failed = /^govulncheck: (?<message>\S.*)$/
const call = /^ +(?:#\d+: )?(?<file>[^\s:]+\.go):(?<line>\d+):(?<column>\d+): (?<message>\S.*)$/
const label = /^ +(?:Call stacks in your code|Example traces found|Vulnerable symbols found|Platforms):/
const closing = /^(?:Your code (?:is|may be) affected by|No (?:other )?vulnerabilities found\.|=== )/
const depthOf: Readonly<Record<string, Depth>> = { 'Symbol Results': 'symbol', 'Package Results': 'package', 'Module Results': 'module', Informational: 'package' }
const mostCalls = 20

interface Spot { module: string; installed: string | undefined; fixed: string | undefined; calls: Location[] }
/** A vulnerability that is being told of. Versions before 1.0 name the calls before the module. */
interface Open { id: string; text: string[]; described: boolean; url: string | undefined; module: string | undefined; spot: Spot | undefined; calls: Location[] }

/** What govulncheck prints for people, versions 0.1 to 1. How near a vulnerability comes is told by the section: symbols are called, packages imported, modules required. */
export const govulncheck: LineParser = { lines: context => new Reader(context) }

class Reader implements LineReader {
  readonly #context: ParseContext
  readonly #found = new Vulnerabilities()
  #open: Open | undefined
  #depth: Depth = 'symbol'
  #scanned = false

  constructor(context: ParseContext) { this.#context = context }

  line(text: string): boolean {
    const c = text.charCodeAt(0)
    const message = c === 103 ? failed.exec(text)?.groups?.message : undefined
    if (message) this.#context.emit({ tool: 'govulncheck', kind: 'audit', rule: 'govulncheck', level: 'error', message })
    const id = c === 86 ? title.exec(text)?.groups?.id : undefined
    if (id) {
      this.#close()
      this.#open = { id, text: [], described: false, url: undefined, module: undefined, spot: undefined, calls: [] }
      return true
    }
    const name = c === 61 ? section.exec(text)?.groups?.name : undefined
    if (name) {
      this.#close()
      this.#enter(depthOf[name] ?? 'symbol', name !== 'Informational')
      return true
    }
    if (!this.#open) return false
    if (closing.test(text)) {
      this.#close()
      return true
    }
    if (c !== 32) return text === ''
    this.#detail(text, this.#open)
    return true
  }

  end(): void {
    this.#close()
    this.#found.emit(this.#context)
  }

  /** The first section is what was scanned for; those after it are beside the point. */
  #enter(depth: Depth, scanned: boolean): void {
    this.#depth = depth
    if (scanned && !this.#scanned) this.#found.message({ config: { scan_level: depth } })
    this.#scanned = true
  }

  #detail(text: string, open: Open): void {
    const groups = where.exec(text)?.groups
    const value = groups?.value ?? ''
    const at = value.lastIndexOf('@')
    if (groups) open.described = true
    switch (groups?.what) {
      case 'Standard library': open.module = 'stdlib'; break
      case 'Module': open.module = value; break
      case 'More info': open.url = value; break
      case 'Found in':
        this.#settle(open)
        open.spot = { module: open.module ?? (at > 0 ? value.slice(0, at) : value), installed: at > 0 ? value.slice(at + 1) : undefined, fixed: undefined, calls: open.calls }
        open.calls = []
        break
      case 'Fixed in': if (at > 0 && open.spot) open.spot.fixed = value.slice(at + 1); break
      default: this.#more(text, open)
    }
  }

  #more(text: string, open: Open): void {
    const groups = call.exec(text)?.groups
    if (groups || label.test(text)) open.described = true
    else if (!open.described && open.text.length < 40) open.text.push(text.trim())
    const calls = open.spot?.calls ?? open.calls
    if (!groups || calls.length >= mostCalls) return
    const line = position(groups.line)
    const column = position(groups.column)
    calls.push({ file: groups.file ?? '', ...(line ? { line } : {}), ...(column ? { column } : {}), message: groups.message ?? '' })
  }

  #settle(open: Open): void {
    if (open.spot) this.#found.hit({ id: open.id, depth: this.#depth, ...open.spot })
    open.spot = undefined
  }

  #close(): void {
    if (!this.#open) return
    const { id, text, url } = this.#open
    this.#settle(this.#open)
    this.#found.entry(id, { aliases: [], summary: text.join(' ').trim() || undefined, url })
    this.#open = undefined
  }
}
