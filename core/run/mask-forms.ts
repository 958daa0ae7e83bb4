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

/** Programs differ in what they leave as it is, in a blank, and in the case of digits. */
function urlForms(text: string): string[] {
  const url = encodeURIComponent(text)
  const strict = url.replaceAll(/[!'()*]/g, sign => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)
  return [url, strict, strict.replaceAll('%2F', '/'), encodeURI(text)].flatMap(one => [one, one.replaceAll('%20', '+')]).flatMap(one => [one, one.replaceAll(/%[0-9A-F]{2}/g, hex => hex.toLowerCase())])
}

/** As it stands between quotes, with what some writers escape besides, and inside of a text that is JSON itself. */
function jsonForms(text: string): string[] {
  const json = JSON.stringify(text).slice(1, -1)
  const unicode = (sign: string) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`
  return [json, json.replaceAll('/', '\\/'), json.replaceAll(/[^\0-\u007f]/g, unicode), json.replaceAll(/[<>&]/g, unicode), JSON.stringify(json).slice(1, -1)]
}

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
