import { list, num, str } from './json.ts'
import { percentDecoded } from './percent.ts'
import type { SarifRun } from './sarif-result.ts'

const maxNesting = 8

/** An artifactLocation's path: relative to the repository, or absolute where its base is; undefined for what is no file. */
export function uriOf(location: unknown, run: SarifRun): string | undefined {
  const index = num(location, 'index') ?? num(location, 'fileIndex')
  const uri = str(location, 'uri')
    ?? (index === undefined || index < 0 ? undefined : str(list(run, 'artifacts')[index], 'location', 'uri') ?? str(list(run, 'files')[index], 'fileLocation', 'uri'))
  if (uri === undefined) return undefined
  const path = pathOf(uri)
  if (path === undefined || isAbsolute(path)) return path
  return `${baseOf(str(location, 'uriBaseId'), run, maxNesting)}${path}`
}

/** The directory that a base id stands for, with its `/`; '' where it is the repository or nobody says. */
function baseOf(id: string | undefined, run: SarifRun, left: number): string {
  if (id === undefined || left === 0) return ''
  const base = str(run, 'originalUriBaseIds', id, 'uri') ?? str(run, 'originalUriBaseIds', id)
  const path = base === undefined ? '' : pathOf(base) ?? ''
  const whole = isAbsolute(path) ? path : `${baseOf(str(run, 'originalUriBaseIds', id, 'uriBaseId'), run, left - 1)}${path}`
  return whole === '' || whole.endsWith('/') ? whole : `${whole}/`
}

/** `file:` URIs and relative references; those of another scheme (two letters at least: `C:` is a drive) are no files. */
function pathOf(uri: string): string | undefined {
  const file = /^file:(?:\/\/[^/\\]*)?(?<path>.*)$/i.exec(uri)?.groups?.path
  if (file !== undefined) return percentDecoded(file).replace(/^\/(?=[A-Za-z]:)/, '')
  return /^[A-Za-z][A-Za-z0-9+.-]+:/.test(uri) ? undefined : percentDecoded(uri)
}

function isAbsolute(path: string): boolean {
  return /^(?:[/\\]|[A-Za-z]:[/\\])/.test(path)
}
