import { isLock, isManifest } from './paths.ts'

/** What the patch of an advisory may do to manifests and lock files: raise versions, take packages from where the file takes them already, and nothing else. */

/** A number that versions are made of; not one within a name or path. */
const version = /(?<![\w./-])[v^~<>=!]*\d+(?:\.(?:\d+|[x*]))*(?:\.?(?:a|b|rc|post|dev|alpha|beta)\.?\d*)*(?:[-+][\w.+-]+)?(?![\w./-])/g
/** What `go` adds for packages that others need, and `pip` beside a version. */
const harmless: readonly [files: RegExp, line: RegExp][] = [
  [/(?:^|\/)go\.mod$/, /^\s*(?:require\s+)?[\w.~/-]+ v[\w.+-]+(?: \/\/ indirect)?$|^(?:go|toolchain) [\w.]+$|^require \($|^\)$/],
  [/\.(?:txt|in)$/, /^\s*--hash=[a-z0-9]+:[0-9a-f]+\s*\\?$/],
]
const address = /\b[a-z][a-z0-9+.-]*:\/\/[^\s/"'<>]+|\bgit@[\w.-]+|\b(?:file|link|portal|exec|patch):[^\s"']/gi

/** `base`: the file as it was; undefined where it is new or too long to be read. `anywhere`: packages may come from other servers than before. */
export function versionFaults(path: string, { added, removed }: { added: readonly string[]; removed: readonly string[] }, { base, anywhere }: { base: string | undefined; anywhere: boolean }): string[] {
  const faults: string[] = []
  const isPlain = isLock(path) && !/\.(?:txt|in)$/.test(path)
  if (!isPlain && !isLock(path) && !isManifest(path)) return faults
  const known = new Set(`${base ?? ''}\n${removed.join('\n')}`.match(address))
  const stranger = anywhere ? undefined : added.flatMap(line => line.match(address) ?? []).find(one => !known.has(one))
  if (stranger !== undefined) faults.push(`it takes something from elsewhere: ${stranger.slice(0, 100)}`)
  if (!isPlain && !onlyVersions(path, added, removed)) faults.push('it changes more than versions')
  return faults
}

function onlyVersions(path: string, added: readonly string[], removed: readonly string[]): boolean {
  const shape = (line: string) => line.replaceAll(version, '#').replace(/,?\s*$/, '').trim()
  const left = removed.map(shape)
  return added.every(line => {
    const at = left.indexOf(shape(line))
    if (at >= 0) left.splice(at, 1)
    return at >= 0 || line.trim() === '' || harmless.some(([files, pattern]) => files.test(path) && pattern.test(line))
  })
}
