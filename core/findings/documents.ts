import type { JsonParser, ParseContext, Parser, XmlParser } from '../contract.ts'
import { BROKEN, JsonScanner, MORE, type DocumentReader } from './json-scanner.ts'
import { XmlReader } from './xml-reader.ts'

export const headLength = 64 * 1024
const maxTail = 256 * 1024

/** A parser that has said yes to a document, and how it is called without harm. */
export interface Claim {
  parser: Parser
  context: ParseContext
  /** Runs the parser's code; what it throws is reported once, and it is not called again. */
  guard(call: () => void): void
}

/** Asks the parsers, in order of precedence, whose document this is. */
export type Ask = (format: 'json' | 'xml', head: string) => Claim | undefined

/** Whether a line may begin a document, by its first character that is no blank. `[INFO]` and `<stdin>:3` may not. */
export function beginsDocument(text: string, at: number): 'json' | 'xml' | undefined {
  const c = text.charCodeAt(at)
  if (c === 60) return /^<(?:\?xml\s|!DOCTYPE\s|[A-Za-z_][\w.:-]*(?:[\s/>]|$))/.test(text.slice(at, at + 256)) ? 'xml' : undefined
  let next = at + 1
  while (text.charCodeAt(next) === 32 || text.charCodeAt(next) === 9 || text.charCodeAt(next) === 13) next++
  if (next >= text.length) return 'json'
  const d = text.charCodeAt(next)
  if (c === 123) return d === 34 || d === 125 ? 'json' : undefined
  return d === 123 || d === 91 || d === 93 || d === 34 || d === 45 || (d >= 48 && d <= 57) || d === 116 || d === 102 || d === 110 ? 'json' : undefined
}

/** A whole document on one line, which is what most JSON streams are: no scanner needed. False when it is none, or nobody's. */
export function readOneLine(text: string, ask: Ask): boolean {
  const last = text.trimEnd().charCodeAt(text.trimEnd().length - 1)
  if (last !== 125 && last !== 93) return false
  const claim = ask('json', text.length > headLength ? text.slice(0, headLength) : text)
  if (!claim) return false
  const { json } = claim.parser as JsonParser
  if (json.each) return false
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return false
  }
  claim.guard(() => json.read(value, claim.context, ''))
  claim.guard(() => json.end?.(claim.context))
  return true
}

/** A document that has begun and may or may not turn out to be one that somebody reads. */
export class OpenDocument {
  readonly #format: 'json' | 'xml'
  readonly #ask: Ask
  #reader: DocumentReader & { meaningful?: boolean }
  #claim: Claim | undefined
  /** What may turn out to be text: everything before it is claimed, then what follows the last tag. A piece that begins a line begins with \n. */
  pieces: string[] = []
  #size = 0
  #tags = 0

  constructor(format: 'json' | 'xml', ask: Ask) {
    this.#format = format
    this.#ask = ask
    this.#reader = format === 'json' ? new JsonScanner(() => {}, []) : new XmlReader()
  }

  get claimed(): boolean { return this.#claim !== undefined }

  /** Whether an XML declaration here begins another document: the runner crashed in mid-report. */
  get endsAtDeclaration(): boolean {
    return this.claimed && this.#reader instanceof XmlReader && !this.#reader.inCdata
  }

  /** MORE, BROKEN, or where in the piece the document ended. BROKEN and unclaimed: `pieces` are text. */
  feed(piece: string): number {
    const end = this.#reader.feed(piece)
    if (this.#claim) {
      if (end !== MORE) this.#over()
      else if (this.#reader instanceof XmlReader) this.#remember(piece, this.#reader.tags)
      return end
    }
    this.pieces.push(piece)
    this.#size += piece.length
    if (end === MORE && this.#size < headLength) return MORE
    if (end === BROKEN && !this.#reader.meaningful) return BROKEN
    const claim = this.#ask(this.#format, this.#head())
    if (!claim) return end === MORE ? BROKEN : end
    return this.#take(claim)
  }

  /** The log is over, or another document begins: the parser has what could be had, and `pieces` are what is text after all. */
  finish(): void {
    if (!this.#claim) {
      const claim = this.#reader.meaningful ? this.#ask(this.#format, this.#head()) : undefined
      if (!claim) return
      this.#take(claim)
    }
    this.#over()
  }

  /** What a broken report's last element seems to hold is mostly the log going on. */
  #remember(piece: string, tags: number): void {
    if (tags !== this.#tags) {
      this.#tags = tags
      this.pieces = []
      this.#size = 0
    } else if (this.#size < maxTail) {
      this.pieces.push(piece)
      this.#size += piece.length
    }
  }

  #head(): string {
    const head = this.pieces.join('')
    return (head.length > headLength ? head.slice(0, headLength) : head).trimStart()
  }

  #take(claim: Claim): number {
    this.#claim = claim
    this.#reader = readerFor(claim)
    const pieces = this.pieces
    this.pieces = []
    this.#size = 0
    let end = MORE
    for (const piece of pieces) {
      end = this.feed(piece)
      if (end !== MORE) break
    }
    return end
  }

  #over(): void {
    const claim = this.#claim
    if (!claim) return
    this.#reader.finish()
    this.#reader = { feed: () => BROKEN, finish: () => {} }
    const format = 'json' in claim.parser ? claim.parser.json : (claim.parser as XmlParser).xml
    claim.guard(() => format.end?.(claim.context))
  }
}

function readerFor({ parser, context, guard }: Claim): DocumentReader {
  if ('json' in parser) {
    const { json } = parser
    return new JsonScanner((value, entry) => guard(() => json.read(value, context, entry)), json.each)
  }
  const { xml } = parser as XmlParser
  return new XmlReader((element, ancestors) => guard(() => xml.read(element, ancestors, context)), xml.each)
}
