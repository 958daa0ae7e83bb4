import type { Advisory } from '../contract.ts'
import { list, num, str } from './json.ts'

const idShape = /\b(?:CVE-\d{4}-\d{4,}|GHSA(?:-[a-z0-9]{4}){3}|RUSTSEC-\d{4}-\d{4}|PYSEC-\d{4}-\d+|GO-\d{4}-\d{4,})\b/gi

/**
 * Scanners of dependencies have no place of their own for the package in SARIF: they say it in the message. Known: Trivy (`Package: x`
 * on lines of its own), Grype (`… package: x, version 1 was found`), OSV-Scanner (`Package 'x@1' is vulnerable to …`).
 */
export function advisoryOf(rule: string | undefined, message: string | undefined, description: unknown): Advisory | undefined {
  const ids = rule?.match(idShape)
  if (!ids) return undefined
  const found = packageIn(message ?? '')
  const aliases = [...list(description, 'properties', 'tags').flatMap(tag => str(tag)?.match(idShape) ?? []), ...(message ?? '').slice(0, 4096).match(idShape) ?? []]
  const severity = num(description, 'properties', 'security-severity')
  const url = str(description, 'helpUri')
  return {
    ids: [...ids, ...aliases],
    package: found?.name ?? 'unknown', ecosystem: found?.ecosystem ?? 'unknown',
    ...(found?.version ? { installed: found.version } : {}), ...(found?.fixed ? { fixed: found.fixed } : {}),
    ...(severity === undefined ? {} : { severity }), ...(url ? { url } : {}),
  }
}

const shapes: readonly RegExp[] = [
  /^Package: (?<name>\S+)\nInstalled Version: (?<version>\S*)\n/,
  /\bin (?<ecosystem>[\w-]+) package: (?<name>\S+), version (?<version>\S+) was found/,
  /^Package '(?<name>[^'\s]+)@(?<version>[^'@\s]+)' is vulnerable/,
]

function packageIn(message: string): { name: string; version: string | undefined; fixed: string | undefined; ecosystem: string | undefined } | undefined {
  for (const shape of shapes) {
    const groups = shape.exec(message)?.groups
    if (groups?.name) return { name: groups.name, version: groups.version, ecosystem: groups.ecosystem, fixed: /^Fixed Version: (\S+)/m.exec(message)?.[1] }
  }
  return undefined
}
