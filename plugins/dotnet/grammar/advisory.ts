import type { Advisory } from '../../../core/contract.ts'
import { severityOf } from '../../../core/parse/index.ts'

/** NuGet names an advisory by its page; the page's name is the identifier. */
export function advisoryOf(known: { package: string; installed?: string; severity?: string; url?: string }): Advisory {
  const id = /(?<id>GHSA(?:-\w{4}){3}|CVE-\d{4}-\d{4,})/i.exec(known.url ?? '')?.groups?.['id']
  const severity = severityOf(known.severity)
  return {
    ids: id === undefined ? known.url === undefined ? [] : [known.url] : [/^cve/i.test(id) ? id.toUpperCase() : `GHSA${id.slice(4).toLowerCase()}`],
    package: known.package, ecosystem: 'NuGet',
    ...known.installed !== undefined && { installed: known.installed }, ...severity !== undefined && { severity }, ...known.url !== undefined && { url: known.url },
  }
}
