import type { Finding } from '../../core/contract.ts'
import { levelOf, severityOf } from '../../core/parse/index.ts'

/** What Composer and the security checkers tell of a package. */
export interface Vulnerability {
  tool: string
  package: string
  title: string
  /** The tool's own name for the advisory, else CVE or GHSA. */
  rule?: string | undefined
  cve?: string | undefined
  ids?: readonly string[]
  severity?: string | undefined
  installed?: string | undefined
  affected?: string | undefined
  url?: string | undefined
}

/** A finding placed at the lock file, which is what is audited. */
export function vulnerable(given: Vulnerability): Finding {
  const { tool, url, title, installed } = given
  const linked = /GHSA(?:-\w{4}){3}/.exec(url ?? '')?.[0] ?? /CVE-\d{4}-\d{4,}/.exec(url ?? '')?.[0]
  const cve = given.cve && /^CVE-\d/.test(given.cve) ? given.cve : undefined
  const ids = [...new Set([cve, ...given.ids ?? [], linked, given.rule].filter(id => id !== undefined && id !== ''))] as string[]
  if (ids.length === 0) ids.push(`${given.package}: ${url ?? title}`)
  const severity = severityOf(given.severity)
  return {
    tool, kind: 'audit', file: 'composer.lock', rule: given.rule ?? ids[0],
    level: given.severity ? levelOf(given.severity) : 'error',
    message: `${title.replace(/^CVE-[\d-]+: /, '')} (${given.package}${installed ? ` ${installed}` : given.affected ? ` ${given.affected}` : ''})`,
    advisory: { ids, package: given.package, ecosystem: 'Packagist', ...(installed ? { installed } : {}), ...(severity === undefined ? {} : { severity }), ...(url ? { url } : {}) },
  }
}

/** A package that nobody looks after any more. */
export function abandoned(name: string, replacement: string | undefined): Finding {
  const instead = replacement && !/^none$/i.test(replacement) ? `; use ${replacement} instead` : ''
  return { tool: 'composer-audit', kind: 'audit', level: 'warning', rule: 'abandoned', file: 'composer.lock', message: `${name} is abandoned${instead}` }
}
