import type { LineParser } from '../../core/contract.ts'
import { vulnerable } from './advisory.ts'

const field = /^(?<key>Name|Version|Advisory|CVE|GHSA|Criticality|URL|Title|Solution|Description): (?<value>\S.*)$/
const insecure = /^Insecure Source URI found: (?<source>\S+)$/
const mostLines = 200
const refused = /^(?:Failed (?:updating|to update|to download) (?:ruby-advisory-db|.*advisory).*|(?:ruby-advisory-db is missing|Could not find|No such) .*(?:advisory database|ruby-advisory-db).*|fatal: unable to access '[^']*ruby-advisory-db[^']*'.*)$/

/**
 * `bundle-audit check`, and ruby_audit, which prints alike: a block of fields for each gem and advisory. Before 0.8 the advisory stood
 * under its own key. Source: bundler-audit's README.
 */
export const bundlerAudit: LineParser = {
  lines({ emit }) {
    let fields = new Map<string, string>()
    /** `--verbose` has a description instead of a title, over several lines with blank ones between. */
    let description: string[] | undefined
    const close = () => {
      const gem = fields.get('Name')
      const ids = ['CVE', 'GHSA', 'Advisory'].flatMap(key => fields.get(key)?.split(/,\s*/) ?? [])
      if (gem !== undefined && ids.length > 0) {
        emit(vulnerable({
          gem, ids, installed: fields.get('Version'), criticality: fields.get('Criticality'), title: fields.get('Title') ?? description?.find(Boolean), url: fields.get('URL'),
          text: description?.join('\n').trim() || fields.get('Description'), patched: fields.get('Solution')?.split(/,\s*/) ?? [],
        }))
      }
      fields = new Map()
      description = undefined
    }
    return {
      line(text) {
        if (description && !text.startsWith('Solution: ')) {
          if (text === '' || text.startsWith('  ')) {
            if (description.length < mostLines) description.push(text.trim())
            return true
          }
          close()
        }
        const c = text.charCodeAt(0)
        if (!(c >= 65 && c <= 86) && c !== 102 && c !== 114) {
          if (fields.size > 0) close()
          return false
        }
        if (text === 'Description:' && fields.size > 0) {
          description = []
          return true
        }
        const { key = '', value = '' } = (text.includes(': ') ? field.exec(text)?.groups : undefined) ?? {}
        if (key !== '') {
          if (key === 'Name') close()
          else if (fields.size === 0) return false
          fields.set(key, value)
          return true
        }
        if (fields.size > 0) close()
        const source = c === 73 ? insecure.exec(text)?.groups?.source : undefined
        if (source !== undefined) {
          emit({ tool: 'bundler-audit', kind: 'audit', level: 'warning', rule: 'insecure-source', file: 'Gemfile.lock', message: `Insecure source: ${source}` })
          return true
        }
        if (!text.includes('advisor') || !refused.test(text)) return false
        emit({ tool: 'bundler-audit', kind: 'audit', level: 'error', rule: 'database', message: text })
        return true
      },
      end: close,
    }
  },
}
