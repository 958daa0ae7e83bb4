import { formsOf, shortestSecret, toBytes } from './mask-forms.ts'
import { joinLines, runBefore } from './mask-lines.ts'
import { searcherOf, type Range, type Searcher } from './mask-search.ts'

/** What stands in place of a secret. */
const blank = '***'

/** Hides secrets in what a job prints and in what is read from it. */
export interface Masker {
  /** A whole text. */
  text(text: string): string
  /** Bytes that arrive in pieces: what may be the beginning of a secret is held back until more is known. */
  stream(): { push(chunk: Buffer): Buffer; end(): Buffer }
}

/** Undefined where there is nothing to hide, so that nothing is paid for. */
export function maskerOf(secrets: readonly string[]): Masker | undefined {
  const forms = secrets.map(formsOf)
  const patterns = distinct(forms.flatMap(({ plain, encoded }) => [...plain, ...encoded]))
  if (patterns.length === 0) return undefined
  const all = searcherOf(patterns, shortestSecret)
  const encoded = searcherOf(distinct(forms.flatMap(one => one.encoded)), shortestSecret)
  return {
    text(text) {
      const bytes = toBytes(text)
      return fromBytes(blanked(bytes, found(bytes, { all, encoded, before: 0 }).ranges))
    },
    stream() {
      let held = ''
      let before = 0
      return {
        push(chunk) {
          const text = held + chunk.toString('latin1')
          const { ranges, from } = found(text, { all, encoded, before })
          before = runBefore(text, from, before)
          held = text.slice(from)
          return Buffer.from(blanked(text.slice(0, from), ranges), 'latin1')
        },
        end() {
          const rest = Buffer.from(blanked(held, found(held, { all, encoded, before }).ranges), 'latin1')
          held = ''
          return rest
        },
      }
    },
  }
}

const distinct = (forms: readonly string[]) => [...new Set(forms)].filter(form => form.length >= shortestSecret)

/** Where secrets stand, and where the end begins that could still become one. A secret that is whole is not cut. */
function found(text: string, { all, encoded, before }: { all: Searcher; encoded: Searcher; before: number }): { ranges: Range[]; from: number } {
  const plain = all.in(text)
  const joined = joinLines(text, before)
  if (!joined) return plain
  const broken = encoded.in(joined.text)
  const ranges = united([...plain.ranges, ...broken.ranges.map(({ from, to }) => ({ from: joined.placeOf(from), to: joined.placeOf(to - 1) + 1 }))])
  const from = Math.min(plain.from, broken.from === joined.text.length ? text.length : joined.placeOf(broken.from))
  return { ranges, from: ranges.find(range => range.from < from && from < range.to)?.from ?? from }
}

function united(ranges: readonly Range[]): Range[] {
  const made: Range[] = []
  for (const range of ranges.toSorted((a, b) => a.from - b.from)) {
    const last = made.at(-1)
    if (last && range.from < last.to) last.to = Math.max(last.to, range.to)
    else made.push({ ...range })
  }
  return made
}

function blanked(text: string, ranges: readonly Range[]): string {
  let done = ''
  let at = 0
  for (const { from, to } of ranges) {
    if (from >= text.length) break
    done += text.slice(at, from) + blank
    at = to
  }
  return done + text.slice(at)
}

const fromBytes = (bytes: string) => Buffer.from(bytes, 'latin1').toString('utf8')

/** The same value with every text in it masked. */
export function maskedValue<T>(value: T, masker: Masker): T {
  if (typeof value === 'string') return masker.text(value) as T
  if (Array.isArray(value)) return value.map(one => maskedValue<unknown>(one, masker)) as T
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, maskedValue<unknown>(one, masker)])) as T
}
