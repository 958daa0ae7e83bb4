import { SaxesParser, type SaxesTag } from 'saxes'
import type { XmlElement } from '../contract.ts'
import { BROKEN, MORE, type DocumentReader } from './json-scanner.ts'

type Ancestor = Omit<XmlElement, 'children' | 'text'>
interface Building { name: string; attributes: Record<string, string>; children: Building[]; text: string; handed: boolean }

const maxDepth = 256
const maxText = 2 ** 20
const maxAttributes = 256
/** Well-formedness faults after which nothing sensible follows. */
const maxFaults = 100
/** saxes complains of these and goes on; real reports hold them (control characters in captured output, HTML entities). */
const harmless = /disallowed character|undefined entity|forbidden|malformed character entity|unexpected attribute|duplicate attribute/i

/** A broken text has a fault for every character of it: what takes the time of one is its stack, which nobody reads. */
class QuietParser extends SaxesParser {
  override makeError(message: string): Error {
    return { name: 'XmlFault', message }
  }
}

/**
 * Reads one XML document by SAX events and hands over the elements named by `each`, whole. Entities of a DTD are never expanded: saxes
 * knows the five of XML and character references only.
 */
export class XmlReader implements DocumentReader {
  readonly #parser = new QuietParser({ position: false })
  readonly #open: Ancestor[] = []
  readonly #building: Building[] = []
  readonly #each: ReadonlySet<string>
  readonly #onElement: ((element: XmlElement, ancestors: readonly Ancestor[]) => void) | undefined
  #depth = 0
  #fed = 0
  #end = -1
  #faults = 0
  #broken = false

  /** Without `onElement` it only looks where the document ends, and is stricter. */
  constructor(onElement?: (element: XmlElement, ancestors: readonly Ancestor[]) => void, each: readonly string[] = []) {
    this.#onElement = onElement
    this.#each = new Set(each)
    this.#parser.on('opentag', tag => this.#opened(tag))
    this.#parser.on('closetag', () => this.#closed())
    this.#parser.on('text', text => this.#text(text))
    this.#parser.on('cdata', text => this.#text(text))
    this.#parser.on('error', error => this.#fault(error))
  }

  get meaningful(): boolean { return this.#open.length > 0 || this.#end >= 0 }

  /** How many tags there were. */
  tags = 0
  /** Inside a CDATA section, where anything may stand. */
  inCdata = false

  feed(piece: string): number {
    if (this.#broken) return BROKEN
    const opened = piece.lastIndexOf('<![CDATA[')
    const closed = piece.lastIndexOf(']]>')
    if (opened !== closed) this.inCdata = opened > closed
    const before = this.#fed
    this.#fed += piece.length
    try {
      this.#parser.write(piece)
    } catch { this.#broken = true }
    if (this.#end >= 0) return Math.max(0, Math.min(piece.length, this.#end - before))
    return this.#broken ? BROKEN : MORE
  }

  finish(): void {}

  #opened({ name, attributes }: SaxesTag): void {
    if (this.#end >= 0) return
    this.tags++
    this.#depth++
    if (this.#depth > maxDepth) return
    const kept = Object.fromEntries(Object.entries(attributes as Record<string, string>).slice(0, maxAttributes))
    const parent = this.#building.at(-1)
    const handed = this.#each.has(name)
    if (parent || handed) {
      const element: Building = { name, attributes: kept, children: [], text: '', handed }
      if (!handed) parent?.children.push(element)
      this.#building.push(element)
    } else this.#open.push({ name, attributes: kept })
  }

  #closed(): void {
    if (this.#end >= 0) return
    this.tags++
    if (this.#depth-- > maxDepth) return
    const element = this.#building.pop()
    if (!element) this.#open.pop()
    else if (element.handed) {
      const { handed: _, ...whole } = element
      this.#onElement?.(whole, [...this.#open, ...this.#building])
    }
    if (this.#depth === 0) this.#end = this.#parser.position
  }

  #text(text: string): void {
    const element = this.#building.at(-1)
    if (element) {
      if (element.text.length < maxText) element.text += text
    } else if (!this.#onElement && this.#depth === 1 && /\S/.test(text)) this.#broken = true
  }

  #fault(error: Error): void {
    if (this.#end >= 0 || harmless.test(error.message)) return
    this.#faults++
    if (this.#onElement && this.#faults <= maxFaults) return
    this.#broken = true
    // Out of the parser: nobody wants the rest.
    throw error
  }
}
