/** Shorter ones would blank half of every log, and are no secrets. */
export const shortestSecret = 8

/** Every way in which a program may print a secret, as bytes. Base64 and hexadecimal digits are kept apart: programs break them into lines. */
export function formsOf(secret: string): { plain: string[]; encoded: string[] } {
  const rows = secret.split(/\r?\n/)
  const lines = rows.map(line => line.trim()).filter(line => line.length >= shortestSecret)
  return {
    plain: [...new Set([secret, secret.trim(), rows.join('\n'), rows.join('\r\n'), ...lines])].flatMap(text => [text, ...urlForms(text), ...jsonForms(text), ...literalForms(text), ...xmlForms(text), ...shellForms(text)]).map(toBytes),
    // Shells cut off the end of the last line.
    encoded: [...new Set([secret, secret.trim(), ...lines])].filter(text => text.length >= shortestSecret).map(text => Buffer.from(text)).flatMap(bytes => [...base64Forms(bytes), ...hexForms(bytes)]),
  }
}

/**
 * JavaScript leaves !'()*~ as they are; Python, Go and PHP do not all of them, Python leaves the slash, and forms, for which Java and Ruby have a function,
 * the asterisk. They differ in a blank, too, and in the case of digits.
 */
function urlForms(text: string): string[] {
  const url = encodeURIComponent(text)
  const escape = (marks: RegExp) => url.replaceAll(marks, mark => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`)
  const all = [url, escape(/[!'()*]/g), escape(/[!'()*~]/g), escape(/[!'()~]/g), ...goMarks.map(marks => unescaped(escape(/[!'()*]/g), marks))].flatMap(one => [one, one.replaceAll('%2F', '/')])
  return [...all, encodeURI(text)].flatMap(one => [one, one.replaceAll('%20', '+')]).flatMap(one => [one, one.replaceAll(/%[0-9A-F]{2}/g, hex => hex.toLowerCase())])
}

/** What Go leaves as it is in a segment of a path, in a path, and in a name or password before a host. */
const goMarks = ['$&+=:@', '$&+,/:;=@', '$&+,;=']

const unescaped = (url: string, marks: string) => url.replaceAll(/%[2-7][0-9A-F]/g, hex => marks.includes(decodeURIComponent(hex)) ? decodeURIComponent(hex) : hex)

/**
 * As it stands between quotes, and inside of a text that is JSON itself. Go escapes what HTML acts upon, Python and PHP all that is not ASCII, PHP the slash,
 * .NET more than that and in capitals.
 */
function jsonForms(text: string): string[] {
  const json = JSON.stringify(text).slice(1, -1)
  const ascii = unicodeEscaped(json, /[^ -~]/g)
  const capitals = unicodeEscaped(json.replaceAll('\\"', '\\u0022'), /[^ -~]|[<>&'+`]/g).replaceAll(/\\u[0-9a-f]{4}/g, code => `\\u${code.slice(2).toUpperCase()}`)
  return [json, unicodeEscaped(json, /[<>&\u2028\u2029]/g), ascii, json.replaceAll('/', '\\/'), ascii.replaceAll('/', '\\/'), capitals, JSON.stringify(json).slice(1, -1)]
}

const unicodeEscaped = (json: string, marks: RegExp) => json.replaceAll(marks, mark => `\\u${mark.charCodeAt(0).toString(16).padStart(4, '0')}`)

/** Between quotes of a program's source that are not JSON's: Python's repr, Node's inspect, `$'…'` of bash; PHP's var_export leaves ends of lines. */
function literalForms(text: string): string[] {
  const json = JSON.stringify(text).slice(1, -1)
  const bare = json.replaceAll('\\"', '"')
  return [bare, slashed(bare, /'/g), slashed(json, /'/g), slashed(text, /['\\]/g)]
}

/** Between single quotes, as bash and dash do it; between double ones (bash's `export -p`); without any (`printf %q`). */
function shellForms(text: string): string[] {
  return [text.replaceAll("'", String.raw`'\''`), text.replaceAll("'", `'"'"'`), slashed(text, /["$\\`]/g), slashed(text, /^[#~]|[ !"$&'()*,;<>?[\\\]^`{|}]/g)]
}

const slashed = (text: string, marks: RegExp) => text.replaceAll(marks, String.raw`\$&`)

function xmlForms(text: string): string[] {
  const xml = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
  const quoted = xml.replaceAll('"', '&quot;')
  return [xml, quoted, ...['&apos;', '&#39;', '&#x27;'].map(sign => quoted.replaceAll("'", sign))]
}

/** Of a longer text's base64, those characters that the secret alone decides, wherever it stands in it. */
function base64Forms(secret: Buffer): string[] {
  return [0, 1, 2].flatMap(offset => {
    const all = Buffer.concat([Buffer.alloc(offset), secret]).toString('base64')
    const own = all.slice(offset === 0 ? 0 : offset + 1, Math.floor((offset + secret.length) * 8 / 6))
    return [own, own.replaceAll('+', '-').replaceAll('/', '_')]
  })
}

function hexForms(bytes: Buffer): string[] {
  const digits = bytes.toString('hex')
  return [digits, digits.toUpperCase()]
}

export const toBytes = (text: string) => Buffer.from(text, 'utf8').toString('latin1')
