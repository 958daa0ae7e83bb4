/** What stands in place of a secret. */
const blank = '***'
/** Shorter ones would blank half of every log, and are no secrets. */
export const shortestSecret = 8

/** Hides secrets in what a job prints and in what is read from it. */
export interface Masker {
  /** A whole text. */
  text(text: string): string
  /** Bytes that arrive in pieces: what may be the beginning of a secret is held back until more is known. */
  stream(): { push(chunk: Buffer): Buffer; end(): Buffer }
}

/** Undefined where there is nothing to hide, so that nothing is paid for. */
export function maskerOf(secrets: readonly string[]): Masker | undefined {
  const patterns = [...new Set(secrets.flatMap(formsOf))].filter(form => form.length >= shortestSecret).toSorted((a, b) => b.length - a.length)
  if (patterns.length === 0) return undefined
  const any = new RegExp(patterns.map(escaped).join('|'), 'g')
  const longest = patterns[0]?.length ?? 0
  const masked = (bytes: string) => bytes.replace(any, blank)
  return {
    text: text => fromBytes(masked(toBytes(text))),
    stream() {
      let held = ''
      return {
        push(chunk) {
          const all = held + chunk.toString('latin1')
          const from = heldFrom(all, patterns, longest, any)
          held = all.slice(from)
          return Buffer.from(masked(all.slice(0, from)), 'latin1')
        },
        end() {
          const rest = Buffer.from(masked(held), 'latin1')
          held = ''
          return rest
        },
      }
    },
  }
}

/** Where the end begins that could still become a secret. A secret that is whole is not cut. */
function heldFrom(text: string, patterns: readonly string[], longest: number, any: RegExp): number {
  let safe = 0
  for (const match of text.matchAll(any)) {
    // It may be the beginning of a longer one.
    if (match.index + longest > text.length && patterns.some(pattern => pattern.length > text.length - match.index && pattern.startsWith(text.slice(match.index)))) return match.index
    safe = match.index + match[0].length
  }
  for (let at = Math.max(safe, text.length - longest + 1); at < text.length; at++) {
    const rest = text.slice(at)
    if (patterns.some(pattern => pattern.length > rest.length && pattern.startsWith(rest))) return at
  }
  return text.length
}

/** Every way in which a program may print a secret, as bytes: as it is, line by line, in base64 at each of its three offsets, in URLs and in JSON. */
function formsOf(secret: string): string[] {
  const plain = [secret, secret.replaceAll('\n', '\r\n'), ...secret.split(/\r?\n/).map(line => line.trim())]
  return [...plain, ...urlForms(secret), ...jsonForms(secret)].map(toBytes).concat(base64Forms(Buffer.from(secret)))
}

/** JavaScript leaves !'()*~ as they are; Python, Go and PHP do not all of them, Python leaves the slash, and forms, for which Java and Ruby have a function, the asterisk. */
function urlForms(secret: string): string[] {
  const url = encodeURIComponent(secret)
  const escape = (marks: RegExp) => url.replaceAll(marks, mark => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`)
  const all = [url, escape(/[!'()*]/g), escape(/[!'()*~]/g), escape(/[!'()~]/g)].flatMap(one => [one, one.replaceAll('%2F', '/')])
  return [...all.flatMap(one => [one, one.replaceAll(/%[0-9A-F]{2}/g, hex => hex.toLowerCase()), one.replaceAll('%20', '+')]), encodeURI(secret)]
}

/** Go escapes what HTML acts upon, Python and PHP all that is not ASCII, PHP the slash, .NET more than that and in capitals. */
function jsonForms(secret: string): string[] {
  const json = JSON.stringify(secret).slice(1, -1)
  const ascii = unicodeEscaped(json, /[^ -~]/g)
  const capitals = unicodeEscaped(json.replaceAll('\\"', '\\u0022'), /[^ -~]|[<>&'+`]/g).replaceAll(/\\u[0-9a-f]{4}/g, code => `\\u${code.slice(2).toUpperCase()}`)
  return [json, unicodeEscaped(json, /[<>&\u2028\u2029]/g), ascii, json.replaceAll('/', '\\/'), ascii.replaceAll('/', '\\/'), capitals, JSON.stringify(json).slice(1, -1)]
}

const unicodeEscaped = (json: string, marks: RegExp) => json.replaceAll(marks, mark => `\\u${mark.charCodeAt(0).toString(16).padStart(4, '0')}`)

/** Of a longer text's base64, those characters that the secret alone decides, wherever it stands in it. */
function base64Forms(secret: Buffer): string[] {
  return [0, 1, 2].flatMap(offset => {
    const all = Buffer.concat([Buffer.alloc(offset), secret]).toString('base64')
    const own = all.slice(offset === 0 ? 0 : offset + 1, Math.floor((offset + secret.length) * 8 / 6))
    return [own, own.replaceAll('+', '-').replaceAll('/', '_')]
  })
}

const toBytes = (text: string) => Buffer.from(text, 'utf8').toString('latin1')
const fromBytes = (bytes: string) => Buffer.from(bytes, 'latin1').toString('utf8')
const escaped = (text: string) => text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`)

/** The same value with every text in it masked. */
export function maskedValue<T>(value: T, masker: Masker): T {
  if (typeof value === 'string') return masker.text(value) as T
  if (Array.isArray(value)) return value.map(one => maskedValue<unknown>(one, masker)) as T
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, maskedValue<unknown>(one, masker)])) as T
}
