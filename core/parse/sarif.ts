import type { JsonParser, Kind, ParseContext } from '../contract.ts'
import { get } from './json.ts'
import { findingOf, isDropped, type SarifRun } from './sarif-result.ts'

/** SARIF 2.1.0 (OASIS), 2.0 and 1.0 as far as their shapes agree. Suppressed and absent results are dropped. */
export function sarifParser(options: { is?(head: string): boolean; kind?: Kind } = {}): JsonParser {
  const runs = new WeakMap<ParseContext, Runs>()
  const runsOf = (context: ParseContext): Runs => {
    let found = runs.get(context)
    if (!found) runs.set(context, found = new Runs(context, options.kind))
    return found
  }
  return {
    json: {
      is: options.is ?? isSarif,
      each: ['runs[].results[]', ...parts.map(part => `runs[].${part}`)],
      read(value, context, path) {
        const name = path.slice('runs[].'.length)
        if (name === 'results[]') runsOf(context).result(value)
        else runsOf(context).part(name, value)
      },
      end(context) {
        runs.get(context)?.end()
        runs.delete(context)
      },
    },
  }
}

/** What results refer to. 1.0 and 2.0 keep their rules beside the tool. */
const parts = ['tool', 'originalUriBaseIds', 'artifacts', 'files', 'rules', 'resources', 'threadFlowLocations']

export function isSarif(head: string): boolean {
  if (/"\$schema"\s*:\s*"[^"]*sarif/i.test(head)) return true
  return /"runs"\s*:\s*\[/.test(head) && /"(?:tool|results|invocations)"\s*:/.test(head)
}

/** More than any job keeps; what comes later is read with what is known by then. */
const maxWaiting = 30_000

/**
 * The records of a document come in the order they are written in, and what a result refers to may stand behind it: results wait for
 * the end of their run. A run has ended when one of its parts comes a second time, or, where results precede the tool, with the next result.
 */
class Runs {
  readonly #context: ParseContext
  readonly #kind: Kind | undefined
  #run: Record<string, unknown> = {}
  #waiting: unknown[] = []
  #resultsFirst: boolean | undefined

  constructor(context: ParseContext, kind: Kind | undefined) {
    this.#context = context
    this.#kind = kind
  }

  result(value: unknown): void {
    if (this.#resultsFirst && Object.hasOwn(this.#run, 'tool')) this.end()
    this.#resultsFirst ??= !Object.hasOwn(this.#run, 'tool')
    if (isDropped(value)) return
    if (this.#waiting.length < maxWaiting) this.#waiting.push(slim(value))
    else this.#emit([value])
  }

  part(name: string, value: unknown): void {
    if (Object.hasOwn(this.#run, name)) this.end()
    this.#run[name] = value
  }

  end(): void {
    this.#emit(this.#waiting)
    this.#run = {}
    this.#resultsFirst = undefined
    this.#waiting = []
  }

  #emit(results: readonly unknown[]): void {
    const run: SarifRun = this.#run
    for (const result of results) {
      const finding = findingOf(result, run, this.#kind)
      if (finding) this.#context.emit(finding)
    }
  }
}

/** Without the members that nobody reads and that make results large. */
function slim(result: unknown): unknown {
  const kept = Object.fromEntries(['ruleId', 'ruleIndex', 'ruleKey', 'rule', 'level', 'kind', 'message', 'formattedRuleMessage', 'ruleMessageId', 'locations', 'relatedLocations', 'codeFlows', 'fixes', 'properties', 'hostedViewerUri']
    .map(key => [key, get(result, key)]).filter(([, value]) => value !== undefined))
  return kept
}
