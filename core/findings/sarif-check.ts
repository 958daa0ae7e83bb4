import { FarmError } from '../errors.ts'
import { str } from '../parse/json.ts'
import { BROKEN, JsonScanner, MORE } from './json-scanner.ts'

export interface SarifOutline { runs: number; results: number; /** As the document spells them. */ tools: readonly string[] }

/**
 * Looks through a document, a piece at a time, before anything of it is taken. Much is forgiven; what cannot be read as SARIF at all throws
 * `invalid`, with the place in the document as its field.
 */
export async function checkSarif(pieces: AsyncIterable<string>): Promise<SarifOutline> {
  const tools = new Set<string>()
  const runs = new Set<string>()
  let results = 0
  let ended = false
  const lines = lineCounter()
  const scanner = new JsonScanner((value, entry) => {
    const at = scanner.place
    if (entry === 'version') return checkVersion(value)
    runs.add(at.slice(0, at.indexOf(']') + 1))
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw fault(at, `must be an object, not ${kindOf(value)}`)
    if (entry === 'runs[].results[]') results++
    else tools.add(str(value, 'driver', 'name') ?? str(value, 'name') ?? '')
  }, ['version', 'runs[].tool', 'runs[].results[]'], () => { throw fault(scanner.place, 'is not valid JSON, or larger than 64 MiB') })
  for await (const piece of pieces) {
    if (ended) rest(piece, 0)
    else {
      const end = scanner.feed(piece)
      if (end === BROKEN) throw fault(scanner.place || 'body', `is not JSON at ${lines.at(piece, scanner.brokenAt)}`)
      ended = end !== MORE
      if (ended) rest(piece, end)
    }
    lines.pass(piece)
  }
  if (!ended) throw fault(scanner.place || 'body', `breaks off at ${lines.at('', 0)}`)
  if (runs.size === 0) throw fault('runs', 'must be an array of runs, each with its tool and results')
  return { runs: runs.size, results, tools: [...tools].filter(name => name !== '') }

  function rest(piece: string, from: number): void {
    const more = piece.slice(from).search(/[^\s\0]/)
    if (more >= 0) throw fault('body', `goes on behind its end, at ${lines.at(piece, from + more)}`)
  }
}

function checkVersion(value: unknown): void {
  if (typeof value === 'string' && /^(?:1\.0|2\.[01])/.test(value)) return
  throw fault('version', `${JSON.stringify(value)?.slice(0, 50)} is none that the farm reads: 2.1.0, 2.0.0, 1.0.0`)
}

const fault = (field: string, message: string) => new FarmError('invalid', `${field}: ${message}`, { field, hint: 'Send one SARIF 2.1.0 document (OASIS), gzip or not.' })

const kindOf = (value: unknown) => value === null ? 'null' : Array.isArray(value) ? 'an array' : `a ${typeof value}`

/** Where in a text something is, of which only a piece is at hand. */
function lineCounter() {
  let line = 1
  let column = 1
  const after = (piece: string, end: number): [line: number, column: number] => {
    const last = piece.lastIndexOf('\n', end - 1)
    if (end === 0 || last < 0) return [line, column + end]
    let count = 0
    for (let at = piece.indexOf('\n'); at >= 0 && at < end; at = piece.indexOf('\n', at + 1)) count++
    return [line + count, end - last]
  }
  return {
    at: (piece: string, offset: number) => after(piece, offset).reduce<string>((text, number, index) => `${text}${index ? ', column' : 'line'} ${number}`, ''),
    pass(piece: string) { [line, column] = after(piece, piece.length) },
  }
}
