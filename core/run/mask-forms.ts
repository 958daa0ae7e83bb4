/** Every way in which a program may print a secret, as bytes. Base64 is kept apart: programs break it into lines. */
export function formsOf(secret: string): { plain: string[]; base64: string[] } {
  const lines = secret.split(/\r?\n/)
  const whole = [secret, secret.trim(), lines.join('\n'), lines.join('\r\n')]
  return {
    plain: [...new Set([...whole, ...lines.map(line => line.trim())])].flatMap(text => [text, ...urlForms(text), ...jsonForms(text), ...xmlForms(text), text.replaceAll("'", String.raw`'\''`)]).map(toBytes),
    // Shells cut off the end of the last line.
    base64: [...new Set([secret, secret.trim()])].flatMap(text => base64Forms(Buffer.from(text))),
  }
}

/**
 * JavaScript leaves !'()*~ as they are; Python, Go and PHP do not all of them, Python leaves the slash, and forms, for which Java and Ruby have a function,
 * the asterisk. They differ in a blank, too, and in the case of digits.
 */
function urlForms(text: string): string[] {
  const url = encodeURIComponent(text)
  const escape = (marks: RegExp) => url.replaceAll(marks, mark => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`)
  const all = [url, escape(/[!'()*]/g), escape(/[!'()*~]/g), escape(/[!'()~]/g)].flatMap(one => [one, one.replaceAll('%2F', '/')])
  return [...all, encodeURI(text)].flatMap(one => [one, one.replaceAll('%20', '+')]).flatMap(one => [one, one.replaceAll(/%[0-9A-F]{2}/g, hex => hex.toLowerCase())])
}

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

export const toBytes = (text: string) => Buffer.from(text, 'utf8').toString('latin1')
