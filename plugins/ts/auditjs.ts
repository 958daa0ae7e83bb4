import { list, num, str } from '../../core/parse/index.ts'
import { vulnerable } from './advisory.ts'
import type { JsonParser } from '../../core/contract.ts'

const coordinates = /^pkg:npm\/(?<name>.+)@(?<version>[^@?#]+)/

/** auditjs `--json`: packages by their package URL, with what OSS Index knows of them. */
export const auditjs: JsonParser = {
  json: {
    is: head => /"coordinates"\s*:\s*"pkg:npm\//.test(head),
    each: ['[]'],
    read(value, context) {
      const groups = coordinates.exec(str(value, 'coordinates') ?? '')?.groups
      const name = groups?.name?.replace('%40', '@')
      if (name === undefined) return
      for (const one of list(value, 'vulnerabilities')) {
        const score = num(one, 'cvssScore')
        const title = str(one, 'title') ?? 'Vulnerability'
        const cve = /CVE-\d{4}-\d{4,}/.exec(`${str(one, 'cve') ?? ''} ${str(one, 'id') ?? ''} ${title}`)?.[0]
        context.emit(vulnerable({
          tool: 'auditjs', package: name, ids: cve ? [cve] : [], id: str(one, 'id'), title, installed: groups?.version, score,
          severity: word(score), url: str(one, 'reference'), text: str(one, 'description'),
        }))
      }
    },
  },
}

/** CVSS 3's words for its scores. */
function word(score: number | undefined): string | undefined {
  if (score === undefined) return undefined
  if (score >= 7) return score >= 9 ? 'critical' : 'high'
  return score >= 4 ? 'moderate' : 'low'
}
