import type { Finding, Location, ParseContext } from '../../core/contract.ts'
import { list, num, position, str } from '../../core/parse/index.ts'

/** How near a vulnerability comes: its module is required, its package is imported, its function is called. */
export type Depth = 'module' | 'package' | 'symbol'

export interface Hit {
  id: string
  module: string
  installed: string | undefined
  fixed: string | undefined
  depth: Depth
  calls: readonly Location[]
}

export interface Entry { aliases: readonly string[]; summary: string | undefined; url: string | undefined }

const depths: readonly Depth[] = ['module', 'package', 'symbol']
const mostCalls = 20

/** Gathers govulncheck's messages: several findings speak of one vulnerability in one module, and the nearest decides. */
export class Vulnerabilities {
  readonly #entries = new Map<string, Entry>()
  readonly #hits = new Map<string, Hit>()
  #scan: Depth = 'symbol'
  #binary = false

  /** A message of `govulncheck -format json` (golang.org/x/vuln/internal/govulncheck), or the element of an array of them. */
  message(value: unknown): void {
    const level = str(value, 'config', 'scan_level')
    if (level === 'module' || level === 'package') this.#scan = level
    if (str(value, 'config', 'scan_mode') === 'binary') this.#binary = true
    const id = str(value, 'osv', 'id')
    if (id) this.entry(id, entryOf((value as { osv: unknown }).osv))
    const osv = str(value, 'finding', 'osv')
    const trace = list(value, 'finding', 'trace')
    if (!osv || trace.length === 0) return
    const depth: Depth = str(trace[0], 'function') ? 'symbol' : str(trace[0], 'package') ? 'package' : 'module'
    const module = str(trace[0], 'module') ?? 'unknown'
    this.hit({ id: osv, module, installed: str(trace[0], 'version'), fixed: str(value, 'finding', 'fixed_version'), depth, calls: trace.slice(1).flatMap(callOf).slice(-1) })
  }

  entry(id: string, entry: Entry): void { this.#entries.set(id, entry) }

  hit(hit: Hit): void {
    const key = `${hit.id}\0${hit.module}`
    const known = this.#hits.get(key)
    if (!known) this.#hits.set(key, hit)
    else this.#hits.set(key, {
      ...known, fixed: known.fixed ?? hit.fixed,
      depth: depths.indexOf(hit.depth) > depths.indexOf(known.depth) ? hit.depth : known.depth,
      calls: known.calls.length < mostCalls ? [...known.calls, ...hit.calls] : known.calls,
    })
  }

  emit({ emit }: ParseContext): void {
    for (const hit of this.#hits.values()) emit(vulnerability(hit, this.#entries.get(hit.id), this.#scan, this.#binary))
    this.#hits.clear()
    this.#entries.clear()
  }
}

/** As govulncheck's own SARIF grades: what was looked for is an error, what is only imported a warning, what is only required a note. */
function vulnerability({ id, module, installed, fixed, depth, calls }: Hit, entry: Entry | undefined, scan: Depth, binary: boolean): Finding {
  const url = entry?.url ?? `https://pkg.go.dev/vuln/${id}`
  const what = `${module}${installed ? `@${installed}` : ''}`
  const reach = depth === 'symbol' ? 'is called' : depth === 'package' ? 'is imported' : 'is required'
  return {
    tool: 'govulncheck', kind: 'audit', rule: id, level: depth === scan || depth === 'symbol' ? 'error' : depth === 'package' ? 'warning' : 'note',
    message: `${what} ${reach}: ${entry?.summary ?? id}`,
    ...(binary ? {} : { file: 'go.mod', line: 1 }),
    advisory: {
      ids: [id, ...entry?.aliases ?? []], package: module, ecosystem: 'Go',
      ...(installed ? { installed } : {}), ...(fixed ? { fixed } : {}), url,
    },
    help: { url, ...(fixed ? { text: module === 'stdlib' ? `Fixed in Go ${fixed.replace(/^v|^go/, '')}` : `Run: go get ${module}@${fixed} && go mod tidy` } : {}) },
    ...(calls.length ? { related: calls } : {}),
  }
}

export function entryOf(osv: unknown): Entry {
  const details = str(osv, 'details')?.split(/\n\n|(?<=\.)\s/, 1)[0]?.replaceAll('\n', ' ').trim()
  return { aliases: list(osv, 'aliases').flatMap(alias => typeof alias === 'string' ? [alias] : []), summary: str(osv, 'summary') ?? details, url: str(osv, 'database_specific', 'url') }
}

/** A frame of the project's own: those of modules are named by where they were downloaded to. */
function callOf(frame: unknown): Location[] {
  const file = str(frame, 'position', 'filename')
  const line = position(num(frame, 'position', 'line'))
  if (!file || /[\\/]pkg[\\/]mod[\\/]/.test(file)) return []
  const column = position(num(frame, 'position', 'column'))
  return [{ file, ...(line ? { line } : {}), ...(column ? { column } : {}), message: `${str(frame, 'function') ?? 'the code'} leads there` }]
}
