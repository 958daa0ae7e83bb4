import type { LineParser } from '../../core/contract.ts'
import { abandoned, vulnerable } from './advisory.ts'

const found = /^Found \d+ (?:(?<ignored>ignored )?security vulnerability advisor(?:y|ies) affecting|(?<abandoned>abandoned) package|(?<filtered>\w+) package)/
const row = /^\| (?<key>[^|]+)\| (?<value>.*?) *\|$/
const field = /^(?<key>Package|Severity|Advisory ID|CVE|Title|URL|Affected versions|Reported at|Ignore reason): ?(?<value>.*)$/
const border = /^(?:\+[-+]+\+|-{8})$/
const left = /^(?<name>[\w.-]+\/[\w.-]+) is abandoned\. (?:Use (?<instead>\S+) instead|No replacement was suggested)\.$/

/** `composer audit`'s table and plain text, also at the end of `composer install`. A row without a key continues the one above. Source: Composer's documentation, "audit". */
export const composerAudit: LineParser = {
  lines({ emit }) {
    let where: 'advisories' | 'ignored' | 'abandoned' | undefined
    let fields = new Map<string, string>()
    let last = ''
    const close = () => {
      const name = fields.get('Package')
      const title = fields.get('Title')
      if (where === 'advisories' && name && title) {
        emit(vulnerable({
          tool: 'composer-audit', package: name, title, cve: fields.get('CVE'), rule: fields.get('Advisory ID') || undefined,
          severity: fields.get('Severity') || undefined, affected: fields.get('Affected versions'), url: fields.get('URL') || undefined,
        }))
      }
      fields = new Map()
    }
    return {
      line(text) {
        const c = text.charCodeAt(0)
        const section = c === 70 ? found.exec(text)?.groups : undefined
        if (section) {
          close()
          where = section.ignored ? 'ignored' : section.abandoned ? 'abandoned' : section.filtered ? undefined : 'advisories'
          return true
        }
        if (where === undefined) return false
        if (border.test(text)) {
          close()
          return true
        }
        const gone = left.exec(text)?.groups
        if (gone) {
          emit(abandoned(gone.name ?? '', gone.instead))
          return true
        }
        const groups = c === 124 ? row.exec(text.slice(0, 4000))?.groups : field.exec(text)?.groups
        if (!groups) {
          if (text.trim() !== '') {
            close()
            where = undefined
          }
          return false
        }
        const key = groups.key?.trim() ?? ''
        const value = groups.value?.trim() ?? ''
        if (where === 'abandoned') {
          if (key !== 'Abandoned Package') emit(abandoned(key, value))
          return true
        }
        if (key === 'Package' && fields.has('Title')) close()
        if (key !== '') last = key
        fields.set(last, key === '' ? `${fields.get(last) ?? ''} ${value}`.slice(0, 4000) : value)
        return true
      },
      end: close,
    }
  },
}
