/** More input is needed. */
export const MORE = -1
/** What was read is no document, or broke off. */
export const BROKEN = -2

/** Reads one document piece by piece. `feed` returns MORE, BROKEN, or where in the piece the document ended. */
export interface DocumentReader {
  feed(piece: string): number
  /** The document ends here, complete or not: hand over what can be had. */
  finish(): void
}

const anyElement = Symbol('[]')
type Segment = string | typeof anyElement
interface Pattern { entry: string; segments: readonly Segment[] }

const states = { value: 0, firstValue: 1, key: 2, firstKey: 3, colon: 4, comma: 5, string: 6, escape: 7, number: 8, word: 9, done: 10 } as const
const maxDepth = 256
const maxRecord = 64 * 2 ** 20

/**
 * Finds the end of a JSON document and cuts it into records, in one pass over the characters; `JSON.parse` has the last word on each
 * record. Strict enough that `[INFO] text`, `[1/3] cc` and `{foo}` are broken at once.
 *
 * `each`: paths such as `[]`, `results[]`, `runs[].results[]`, `files.*`; without it the whole document is one record.
 */
export class JsonScanner implements DocumentReader {
  #state: number = states.value
  #isKey = false
  #word = ''
  #wordAt = 0
  /** The enclosing containers' opening characters. */
  #stack: number[] = []
  /** Per container: the patterns that lead to it. */
  #active: (readonly Pattern[])[] = []
  #key = ''
  #keyParts: string[] | undefined
  #keyStart = 0
  #record: Pattern | undefined
  #recordDepth = 0
  #recordStart = 0
  #parts: string[] = []
  #size = 0
  /** Within the record: where the last complete value ended, and how many containers were open there. */
  #safe = 0
  #safeDepth = 0
  readonly #root: readonly Pattern[]
  readonly #onRecord: (value: unknown, entry: string) => void
  readonly #onLost: () => void
  /** Per container outside of records: the key, or the index, of the value that is read now. */
  #path: (string | number)[] = []
  /** Where in the last piece the document turned out to be BROKEN. */
  brokenAt = 0

  /** `onLost` is told of a record that is not valid JSON, or longer than 64 Mi characters. */
  constructor(onRecord: (value: unknown, entry: string) => void, each?: readonly string[], onLost: () => void = () => {}) {
    this.#onRecord = onRecord
    this.#onLost = onLost
    this.#root = each ? each.map(entry => ({ entry, segments: segmentsOf(entry) })) : [{ entry: '', segments: [] }]
  }

  /** Whether anything beyond an opening bracket was understood. */
  get meaningful(): boolean { return this.#safe > 0 || this.#stack.length > 1 }

  /** Where the scanner is, as far as `each` looks into the document: `runs[0].results[12]`; '' at its root. */
  get place(): string {
    const inside = this.#path.slice(0, this.#record ? this.#recordDepth : this.#stack.length)
    return inside.map((part, depth) => typeof part === 'number' ? part < 0 ? '' : `[${part}]` : part === '' ? '' : `${depth ? '.' : ''}${part.slice(0, 100)}`).join('')
  }

  feed(piece: string): number {
    this.#recordStart = 0
    this.#keyStart = 0
    const end = this.#scan(piece)
    if (end < 0) this.#keep(piece)
    return end
  }

  #scan(piece: string): number {
    for (let at = 0; at < piece.length; at++) {
      const c = piece.charCodeAt(at)
      switch (this.#state) {
        case states.string: {
          let end = at
          let d = c
          while (d !== 34 && d !== 92 && d >= 32 && end < piece.length) d = piece.charCodeAt(++end)
          at = end
          if (end >= piece.length) break
          if (d === 92) this.#state = states.escape
          else if (d !== 34) return this.#broken(at)
          else if (this.#isKey) this.#endKey(piece, at)
          else this.#endValue(piece, at + 1)
          break
        }
        case states.escape:
          if (c < 32) return this.#broken(at)
          this.#state = states.string
          break
        case states.number:
          if ((c >= 48 && c <= 57) || c === 46 || c === 45 || c === 43 || c === 101 || c === 69) break
          this.#endValue(piece, at)
          at--
          break
        case states.word:
          if (c !== this.#word.charCodeAt(this.#wordAt)) return this.#broken(at)
          if (++this.#wordAt === this.#word.length) this.#endValue(piece, at + 1)
          break
        default:
          if (c === 32 || c === 10 || c === 13 || c === 9 || (c === 0xfeff && this.#stack.length === 0)) break
          if (!this.#structure(piece, at, c)) return this.#broken(at)
          if (this.#state === states.done) return at + 1
      }
    }
    return MORE
  }

  #broken(at: number): number {
    this.brokenAt = at
    return BROKEN
  }

  finish(): void {
    if (!this.#record || this.#record.segments.length > 0 || this.#safe === 0) return
    const closers = this.#stack.slice(0, this.#safeDepth).toReversed().map(c => c === 123 ? '}' : ']').join('')
    this.#hand(this.#parts.join('').slice(0, this.#safe) + closers)
  }

  /** One character between tokens; false when it may not stand there. */
  #structure(piece: string, at: number, c: number): boolean {
    switch (this.#state) {
      case states.firstKey:
        return c === 125 ? this.#close(piece, at, 123) : this.#beginKey(at, c)
      case states.key:
        return this.#beginKey(at, c)
      case states.colon:
        if (c === 58) this.#state = states.value
        return c === 58
      case states.comma:
        if (c === 44) {
          this.#state = this.#stack.at(-1) === 123 ? states.key : states.value
          return true
        }
        return c === 125 ? this.#close(piece, at, 123) : c === 93 && this.#close(piece, at, 91)
      case states.firstValue:
        if (c === 93) return this.#close(piece, at, 91)
    }
    return this.#beginValue(at, c)
  }

  #beginKey(at: number, c: number): boolean {
    this.#state = states.string
    this.#isKey = true
    this.#keyStart = at + 1
    if (!this.#record && this.#active.at(-1)?.length) this.#keyParts = []
    return c === 34
  }

  #beginValue(at: number, c: number): boolean {
    const depth = this.#stack.length
    if (!this.#record && depth && this.#stack[depth - 1] === 91) this.#path[depth - 1] = Number(this.#path[depth - 1]) + 1
    const below = this.#record ? [] : this.#leading()
    if (!this.#record && below.length) this.#beginRecord(below.find(one => one.segments.length === this.#stack.length), at)
    switch (c) {
      case 123: case 91:
        if (this.#stack.length >= maxDepth) return false
        this.#stack.push(c)
        this.#active.push(this.#record ? [] : below)
        this.#path.push(c === 91 ? -1 : '')
        this.#state = c === 123 ? states.firstKey : states.firstValue
        return true
      case 34:
        this.#isKey = false
        this.#state = states.string
        return this.#stack.length > 0
      case 116: return this.#beginWord('true')
      case 102: return this.#beginWord('false')
      case 110: return this.#beginWord('null')
    }
    this.#state = states.number
    return this.#stack.length > 0 && (c === 45 || (c >= 48 && c <= 57))
  }

  #beginWord(word: string): boolean {
    this.#state = states.word
    this.#word = word
    this.#wordAt = 1
    return this.#stack.length > 0
  }

  /** The patterns that lead to the value that begins now. */
  #leading(): readonly Pattern[] {
    const depth = this.#stack.length
    if (depth === 0) return this.#root
    const active = this.#active[depth - 1]!
    if (active.length === 0) return active
    const inArray = this.#stack[depth - 1] === 91
    return active.filter(({ segments }) => {
      const segment = segments[depth - 1]
      return inArray ? segment === anyElement : segment === '*' || (segment !== undefined && segment === this.#key)
    })
  }

  #beginRecord(pattern: Pattern | undefined, at: number): void {
    if (!pattern) return
    this.#record = pattern
    this.#recordDepth = this.#stack.length
    this.#recordStart = at
    this.#parts = []
    this.#size = 0
    this.#safe = 0
  }

  #close(piece: string, at: number, opener: number): boolean {
    if (this.#stack.pop() !== opener) return false
    this.#active.pop()
    this.#path.pop()
    this.#endValue(piece, at + 1)
    return true
  }

  #endKey(piece: string, at: number): void {
    this.#state = states.colon
    if (!this.#keyParts) return
    const raw = this.#keyParts.join('') + piece.slice(this.#keyStart, at)
    this.#keyParts = undefined
    this.#key = raw.includes('\\') ? unescaped(raw) : raw
    this.#path[this.#stack.length - 1] = this.#key
  }

  /** A value ended just before `end`. */
  #endValue(piece: string, end: number): void {
    const depth = this.#stack.length
    this.#state = depth === 0 ? states.done : states.comma
    if (!this.#record) {
      this.#safe = 1
      return
    }
    if (depth === this.#recordDepth) {
      const text = this.#parts.length ? this.#parts.join('') + piece.slice(this.#recordStart, end) : piece.slice(this.#recordStart, end)
      this.#hand(text)
      this.#record = undefined
      this.#parts = []
      return
    }
    this.#safe = this.#size + end - this.#recordStart
    this.#safeDepth = depth
  }

  #hand(text: string): void {
    if (this.#size > maxRecord) return this.#onLost()
    let value: unknown
    try {
      value = JSON.parse(text)
    } catch {
      return this.#onLost()
    }
    this.#onRecord(value, this.#record?.entry ?? '')
  }

  /** The piece is over: what belongs to an unfinished key or record must outlive it. */
  #keep(piece: string): void {
    if (this.#keyParts) this.#keyParts.push(piece.slice(this.#keyStart))
    if (!this.#record) return
    const part = this.#recordStart ? piece.slice(this.#recordStart) : piece
    this.#size += part.length
    if (this.#size > maxRecord) this.#parts = []
    else this.#parts.push(part)
  }
}

function segmentsOf(entry: string): Segment[] {
  return entry.replaceAll('[]', '.[]').split('.').filter(part => part !== '').map(part => part === '[]' ? anyElement : part)
}

function unescaped(raw: string): string {
  try {
    return JSON.parse(`"${raw}"`) as string
  } catch {
    return raw
  }
}
