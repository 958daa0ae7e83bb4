import { FarmError } from './errors.ts'

const maxLength = 2048
const hint = 'Give an https, http or ssh URL, or git@host:path.'
/** `user@host:path`, as ssh and git take it. */
const scpForm = /^(?:(?<user>[^@:/]+)@)?(?<host>\[[0-9a-f:.]+\]|[^@:/[\]]+):(?<path>[^:].*)$/i

/**
 * The URL, normalised, if git would read it as a repository and as nothing else: no option, no transport helper
 * (`ext::`), nothing that ssh takes for an option. File URLs and absolute paths only where `allowFile`.
 * Credentials may stand in it. Throws `invalid` with the field `git_url`.
 */
export function checkGitUrl(url: string, options: { allowFile: boolean }): string {
  if (url.length > maxLength) refuse(`is longer than ${maxLength} characters`)
  if (url === '') refuse('is empty')
  if (/[\u0000-\u0020\u007f-\u00a0\u2028\u2029\\]/.test(url)) refuse('holds a blank, a backslash or a control character')
  if (url.startsWith('-')) refuse('begins with a dash')
  if (/^[a-z0-9+.-]*::/i.test(url)) refuse('names a transport helper')
  if (url.startsWith('/')) return options.allowFile ? shortened(url) : refuseFile()
  const scheme = /^(?<scheme>[a-z][a-z0-9+.-]*):\/\//i.exec(url)?.groups?.scheme?.toLowerCase()
  switch (scheme) {
    case 'http': case 'https': case 'ssh': return checkRemote(url)
    case 'file': return options.allowFile ? checkFile(url) : refuseFile()
    case undefined: return checkScp(url)
    default: return refuse(`has the scheme ${scheme}, which is not supported`)
  }
}

function checkRemote(url: string): string {
  const parsed = parse(url)
  for (const part of [parsed.hostname, parsed.username, parsed.password, parsed.pathname]) checkDecoded(part)
  if (parsed.hostname === '') refuse('names no host')
  if (decode(parsed.hostname).startsWith('-') || decode(parsed.username).startsWith('-')) refuse('has a host or user that begins with a dash')
  parsed.hash = ''
  return shortened(parsed.href)
}

function checkFile(url: string): string {
  const parsed = parse(url)
  checkDecoded(parsed.pathname)
  if (parsed.hostname !== '' && parsed.hostname !== 'localhost') refuse('is a file on another host')
  return shortened(`file://${parsed.pathname}`)
}

function checkScp(url: string): string {
  const { user = '', host = '', path = '' } = scpForm.exec(url)?.groups ?? refuse('is none that git knows')
  if (user.startsWith('-') || host.startsWith('-') || path.startsWith('-')) refuse('has a part that begins with a dash')
  return url
}

function parse(url: string): URL {
  try { return new URL(url) } catch { return refuse('is not a URL') }
}

/** Percent-encoding may not smuggle in what the plain text may not hold: git decodes before it calls ssh or a credential helper. */
function checkDecoded(part: string): void {
  if (/[\u0000-\u001f\u007f]/.test(decode(part))) refuse('holds an encoded control character')
}

function decode(part: string): string {
  try { return decodeURIComponent(part) } catch { return refuse('holds a broken percent-encoding') }
}

const shortened = (url: string) => url.length > 1 ? url.replace(/([^/])\/{1,100}$/, '$1') : url

function refuse(why: string): never {
  throw new FarmError('invalid', `The git URL ${why}`, { field: 'git_url', hint })
}

function refuseFile(): never {
  throw new FarmError('invalid', 'File URLs and local paths are not allowed on this farm', { field: 'git_url', hint: 'Set CRAFTING_GIT_ALLOW_FILE=1 to allow them. They let whoever may register a project read every repository that the farm can read.' })
}

/** The URL as people and logs may see it: without a password, and without the user too where that may be a token. */
export function withoutCredentials(url: string): string {
  const { scheme = '', user, rest = '' } = /^(?<scheme>[a-z][a-z0-9+.-]*:\/\/)(?:(?<user>[^/?#]*)@)?(?<rest>.*)$/is.exec(url)?.groups ?? {}
  if (user === undefined) return url
  return /^ssh:/i.test(scheme) ? `${scheme}${user.split(':')[0]}@${rest}` : scheme + rest
}

/** User and password of an http URL, decoded. */
export function credentialsOf(url: string): { user: string; password: string } | undefined {
  if (!/^https?:/i.test(url)) return undefined
  const { username, password } = new URL(url)
  return username || password ? { user: decodeURIComponent(username), password: decodeURIComponent(password) } : undefined
}

/** A function that masks the credentials of these URLs in any text, and of any other URL that it sees. */
export function redactor(urls: readonly string[]): (text: string) => string {
  const secrets = [...new Set(urls.flatMap(secretsOf))].filter(secret => secret.length > 2).sort((a, b) => b.length - a.length)
  return text => secrets.reduce((masked, secret) => masked.replaceAll(secret, '***'), text)
    .replace(/\b(?<scheme>https?:\/\/|ssh:\/\/[^\s/@:]{0,256}:)[^\s/@'"]{1,2048}@/gi, '$<scheme>***@')
}

function secretsOf(url: string): string[] {
  try {
    const { protocol, username, password } = new URL(url)
    const secret = password || (protocol === 'ssh:' ? '' : username)
    return [secret, decodeURIComponent(secret), encodeURIComponent(decodeURIComponent(secret))]
  } catch { return [] }
}
