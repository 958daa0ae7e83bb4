/** Text for other people's readers: no control characters but tab and line ends, no half of a surrogate pair. */
export function clean(text: string): string {
  return text
    // oxlint-disable-next-line no-control-regex
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\ufffe\uffff]/g, '')
    .replace(/\p{Surrogate}/gu, '\ufffd')
}

/** An absolute URI as it may stand in a document, undefined for anything else. What browsers forgive, RFC 3986 does not. */
export function uriOf(text: string | undefined): string | undefined {
  if (text === undefined || !URL.canParse(clean(text))) return undefined
  const { href, protocol, host } = new URL(clean(text))
  const rest = host === '' ? href : href.slice(href.indexOf(host) + host.length)
  const valid = /^(?:[\w\-.~:/?@!$&'()*+,;=]|%[0-9A-Fa-f]{2})*(?:#(?:[\w\-.~:/?@!$&'()*+,;=]|%[0-9A-Fa-f]{2})*)?$/.test(rest)
  return valid && /^(?:https?|file|ssh|git|urn):$/.test(protocol) ? href : undefined
}

/** A repository's address as a URI: git's short form `git@host:path` means ssh. */
export function repositoryUriOf(address: string | undefined): string | undefined {
  const short = /^(?<user>[\w.-]+@)?(?<host>[\w.-]+):(?<path>[^/].*)$/.exec(address ?? '')?.groups
  if (short && !/^[a-z][a-z0-9+.-]*:\/\//i.test(address!)) return uriOf(`ssh://${short['user'] ?? ''}${short['host']}/${short['path']}`)
  return address?.startsWith('/') ? `file://${pathUri(address)}` : uriOf(address)
}

/**
 * The relative URI of a path inside the repository; undefined for one outside of it, which has no place
 * in a document that must be readable on another machine.
 */
export function relativeUri(path: string | undefined): string | undefined {
  if (path === undefined || /^(?:[\\/]|[A-Za-z]:[\\/])/.test(path)) return undefined
  const parts = clean(path).replaceAll('\\', '/').split('/').filter(part => part !== '' && part !== '.')
  return parts.length === 0 || parts.includes('..') ? undefined : pathUri(parts.join('/'))
}

/** Every character that means something in a URI, encoded, but for the slash. */
export function pathUri(path: string): string {
  return clean(path).split('/').map(encodeURIComponent).join('/')
}
