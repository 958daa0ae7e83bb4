import type { JsonParser } from '../../core/contract.ts'
import { list, num, str } from '../../core/parse/index.ts'
import { vulnerable } from './advisory.ts'

/** `bundle-audit check --format json`. Source: bundler-audit's README. */
export const bundlerAuditJson: JsonParser = {
  json: {
    is: head => /^\s*\{/.test(head) && /"results"\s*:\s*\[/.test(head) && (/"type"\s*:\s*"(?:unpatched_gem|insecure_source)"/.test(head) || /"created_at"/.test(head) && /"results"\s*:\s*\[\s*\]/.test(head)),
    each: ['results[]'],
    read(value, { emit }) {
      const source = str(value, 'source')
      if (str(value, 'type') === 'insecure_source' && source !== undefined) {
        emit({ tool: 'bundler-audit', kind: 'audit', level: 'warning', rule: 'insecure-source', file: 'Gemfile.lock', message: `Insecure source: ${source}` })
        return
      }
      const gem = str(value, 'gem', 'name')
      if (gem === undefined) return
      const named = (prefix: string, key: string) => { const id = str(value, 'advisory', key); return id === undefined ? [] : [id.startsWith(prefix) ? id : `${prefix}${id}`] }
      const own = str(value, 'advisory', 'id')
      emit(vulnerable({
        gem, installed: str(value, 'gem', 'version'),
        ids: [...new Set([...named('CVE-', 'cve'), ...named('GHSA-', 'ghsa'), ...(own ? [own] : []), ...named('OSVDB-', 'osvdb')])],
        criticality: str(value, 'advisory', 'criticality'), score: num(value, 'advisory', 'cvss_v3') ?? num(value, 'advisory', 'cvss_v2'),
        title: str(value, 'advisory', 'title'), url: str(value, 'advisory', 'url'), text: str(value, 'advisory', 'description'),
        patched: list(value, 'advisory', 'patched_versions').filter(one => typeof one === 'string'),
      }))
    },
  },
}
