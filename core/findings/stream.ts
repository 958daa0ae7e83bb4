import type { LineReader } from '../contract.ts'
import { beginsDocument, OpenDocument, readOneLine, type Ask } from './documents.ts'
import { stampOf } from './stamp.ts'

/** A line reader in its place. `failed` is told of what it throws; from then on it is not called. */
export interface Seat {
  reader: LineReader
  everywhere: boolean
  failed(error: unknown, line: string): void
}

/** Told of every line of text, before and after the readers. */
export interface Watch {
  before(text: string): void
  after(text: string): void
}

/** Line readers see no more of a line than this. */
const maxLine = 64 * 1024

const maxRescan = 2 ** 20
const maxReplays = 8

// eslint-disable-next-line no-control-regex
const dirty = /[\0\x1b\x9b\r\x08]/
// CSI (colours, cursor), OSC (titles, links) up to BEL or ST, charset choice, and two-character sequences.
// eslint-disable-next-line no-control-regex
const escapes = /(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?|\x1b[PX^_][^\x1b]*(?:\x1b\\)?|\x1b[()*+][0-9A-Za-z]|\x1b[ -/]?[0-~]|\0/g

/** One pipe of a job, or one report: splits what it is fed into documents and lines of text. */
export class TextStream {
  readonly #seats: readonly Seat[]
  readonly #ask: Ask | undefined
  readonly #watch: Watch | undefined
  #document: OpenDocument | undefined
  /** A build service has put its time before the document's first line, so before all. */
  #stamped = false
  #held: string | undefined
  /** Whether what is held may have control characters left in it. */
  #dirty = false
  /** How many characters may still be scanned a second time: hostile input must not make the work more than linear. */
  #rescan = maxRescan
  #replays = 0

  constructor(seats: readonly Seat[], ask: Ask | undefined, watch?: Watch) {
    this.#seats = seats
    this.#ask = ask
    this.#watch = watch
  }

  /** A line begins. Text is held until `flush`, since a continuation may follow. */
  begin(raw: string): void {
    if (this.#replays === 0 && this.#rescan < maxRescan) this.#rescan += raw.length
    const unclean = dirty.test(raw)
    const whole = unclean ? raw.replace(escapes, '') : raw
    if (this.#document) return this.#feed(`\n${this.#stamped ? whole.slice(stampOf(whole)) : whole}`)
    const stamp = stampOf(whole)
    const text = stamp ? whole.slice(stamp) : whole
    this.#stamped = stamp > 0
    let at = 0
    let c = text.charCodeAt(0)
    while (c === 32 || c === 9 || c === 0xfeff) c = text.charCodeAt(++at)
    if ((c === 123 || c === 91 || c === 60) && this.#ask && this.#open(text, at)) return
    this.#held = text
    this.#dirty = unclean
  }

  /** More of the line that has begun. */
  more(raw: string): void {
    const unclean = dirty.test(raw)
    const text = unclean ? raw.replace(escapes, '') : raw
    if (this.#document) this.#feed(text)
    else if (this.#held !== undefined && this.#held.length < maxLine) {
      this.#held += text
      this.#dirty ||= unclean
    }
  }

  /** The line is complete. */
  flush(): void {
    const text = this.#held
    if (text === undefined) return
    this.#held = undefined
    this.#text(text)
  }

  end(): void {
    this.flush()
    while (this.#document) {
      const document = this.#document
      this.#document = undefined
      document.finish()
      if (document.pieces.length) this.#replay(document.pieces)
      this.flush()
    }
    for (const seat of this.#seats) attempt(seat, '', () => seat.reader.end?.())
  }

  #open(text: string, at: number): boolean {
    const format = beginsDocument(text, at)
    if (!format || !this.#ask) return false
    if (format === 'json' && readOneLine(at ? text.slice(at) : text, this.#ask)) return true
    this.#document = new OpenDocument(format, this.#ask)
    this.#feed(at && text.charCodeAt(0) === 0xfeff ? text.slice(at) : text)
    return true
  }

  #feed(piece: string): void {
    const document = this.#document!
    if (piece.startsWith('\n<?xml ') && document.endsAtDeclaration) {
      document.finish()
      this.#document = undefined
      return this.begin(piece.slice(1))
    }
    const end = document.feed(piece)
    if (end === -1) return
    this.#document = undefined
    if (!document.claimed) return this.#replay(document.pieces)
    const rest = end >= 0 ? piece.slice(end) : piece.startsWith('\n') ? piece.slice(1) : ''
    if (/\S/.test(rest)) this.begin(rest)
  }

  /** Nobody's document: it is text after all. A document may begin in any of its lines but the first. */
  #replay(pieces: readonly string[]): void {
    const text = pieces.join('')
    const again = this.#replays < maxReplays && this.#rescan >= text.length
    if (again) this.#rescan -= text.length
    this.#replays++
    text.split('\n').forEach((line, index) => {
      this.flush()
      if (index > 0 && again) this.begin(line)
      else {
        this.#held = line
        this.#dirty = true
      }
    })
    this.#replays--
  }

  #text(raw: string): void {
    let text = raw.length > maxLine ? raw.slice(0, maxLine) : raw
    if (text.charCodeAt(0) === 0xfeff) text = text.slice(1)
    if (this.#dirty && dirty.test(text)) text = overwritten(text)
    if (this.#ask && text.charCodeAt(text.length - 1) === 125) {
      const at = text.indexOf('{"')
      if (at > 0 && readOneLine(text.slice(at), this.#ask)) text = text.slice(0, at)
    }
    this.#watch?.before(text)
    let owned = false
    for (const seat of this.#seats) {
      if (owned && seat.everywhere) break
      try {
        if (seat.reader.line(text) === true) owned = true
      } catch (error) {
        silence(seat, error, text)
      }
    }
    this.#watch?.after(text)
  }
}

const silent: LineReader = { line: () => false }

function attempt(seat: Seat, line: string, call: () => void): void {
  try {
    call()
  } catch (error) {
    silence(seat, error, line)
  }
}

function silence(seat: Seat, error: unknown, line: string): void {
  seat.reader = silent
  seat.failed(error, line)
}

/** What a terminal shows of a line that returns to its beginning: the last part that is not empty. */
function overwritten(text: string): string {
  if (!text.includes('\r')) return text.replaceAll('\b', '')
  return text.split('\r').findLast(part => part !== '') ?? ''
}
