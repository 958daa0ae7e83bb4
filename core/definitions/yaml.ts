import { LineCounter, isMap, isNode, isSeq, parseDocument, visit, type Document } from 'yaml'
import { z } from 'zod'
import { FarmError, messageOf } from '../errors.ts'
import { placeName, shapeFaults, type ShapeFault } from '../shape-faults.ts'
import { nearest } from './nearest.ts'

const maxBytes = 256 * 1024
const maxDepth = 40
const maxFaults = 20

/**
 * A YAML 1.2 file that a stranger may have written, as a value of the shape. Throws `invalid` with every fault, each with file, line,
 * column and what to do. Size and depth are bounded; anchors, aliases and tags are refused: no definition needs them, and a few letters of them make a value of any size.
 */
export function readYaml<T>(text: string, file: string, shape: z.ZodType<T>): T {
  if (Buffer.byteLength(text) > maxBytes) throw refused([`${file}: larger than ${maxBytes / 1024} KiB`])
  const lines = new LineCounter()
  const at = (offset: number) => {
    const { line, col } = lines.linePos(offset)
    return `${file}:${line}:${col}`
  }
  const document = parsed(text, file, lines)
  const [broken] = [...document.errors, ...document.warnings]
  if (broken) throw refused([`${at(broken.pos[0])}: ${(broken.message.split('\n', 1)[0] ?? '').replace(/ at line \d+, column \d+:?$/, '')}`])
  const strange = firstStrange(document)
  if (strange) throw refused([`${at(strange.offset)}: ${strange.message}`])
  const read = shape.safeParse(document.toJS() ?? {})
  if (read.success) return read.data
  const schema = z.toJSONSchema(shape, { io: 'input' }) as Json
  throw refused(shapeFaults(read.error).slice(0, maxFaults).map(fault => `${at(offsetOf(document, fault))}: ${placeName(fault.path, 'the file')}: ${fault.message}${suggestion(fault, schema)}`))
}

function refused(faults: readonly string[]): FarmError {
  return new FarmError('invalid', faults.join('\n'), { hint: 'docs/recipes.md says what a definition may hold.' })
}

function parsed(text: string, file: string, lineCounter: LineCounter): Document.Parsed {
  try {
    return parseDocument(text, { lineCounter, logLevel: 'error' })
  } catch (error) {
    throw refused([`${file}: ${error instanceof RangeError ? 'nested too deep' : messageOf(error)}`])
  }
}

/** What the language has, and a definition does not need. */
function firstStrange(document: Document.Parsed): { offset: number; message: string } | undefined {
  let found: { offset: number; message: string } | undefined
  const tell = (node: { range?: readonly number[] | null }, message: string) => {
    found = { offset: node.range?.[0] ?? 0, message }
    return visit.BREAK
  }
  visit(document, {
    Alias: (_, node) => tell(node, 'aliases are not taken here: write it out'),
    Value: (_, node, path) => {
      if (node.anchor !== undefined) return tell(node, 'anchors are not taken here: write it out')
      if (node.tag !== undefined) return tell(node, 'tags are not taken here')
      return path.length > maxDepth * 2 ? tell(node, 'nested too deep') : undefined
    },
  })
  return found
}

/** Where a fault stands: its key where it is one that should not be, else its value, else the nearest thing around it. */
function offsetOf(document: Document.Parsed, { path, kind }: ShapeFault): number {
  let node: unknown = document.contents
  for (const [index, key] of path.entries()) {
    const pair = isMap(node) ? node.items.find(one => String(one.key) === String(key)) : undefined
    const next: unknown = isSeq(node) ? node.items[Number(key)] : kind === 'unknown' && index === path.length - 1 ? pair?.key : pair?.value
    if (!isNode(next)) break
    node = next
  }
  return isNode(node) ? node.range?.[0] ?? 0 : 0
}

interface Json { properties?: Record<string, Json>; items?: Json; anyOf?: Json[] }

/** The field that an unknown one may have been meant for. */
function suggestion({ path, kind }: ShapeFault, schema: Json): string {
  if (kind !== 'unknown') return ''
  let here: readonly Json[] = [schema]
  for (const key of path.slice(0, -1)) here = here.flatMap(one => (typeof key === 'number' ? one.items : one.properties?.[String(key)]) ?? []).flatMap(branches)
  const known = here.flatMap(one => Object.keys(one.properties ?? {}))
  const close = nearest(String(path.at(-1)), known)
  return close === undefined ? known.length ? ` (known: ${known.join(', ')})` : '' : `; did you mean ${close}?`
}

const branches = (one: Json): Json[] => [one, ...one.anyOf ?? []]
