import { vulnerable } from './advisory.ts'
import type { Finding, LineParser } from '../../core/contract.ts'

const name = /^[├└]─ (?<name>@?[\w./-]+)$/
const field = /^[│ ] {2}[├└]─ (?<key>ID|Issue|URL|Severity|Vulnerable Versions): (?<value>.*)$/
const versions = /^[│ ] {2}[│ ] {2}[├└]─ (?<version>\d\S*)$/

/** `yarn npm audit` of Yarn 4: a tree of packages with their advisories. */
export const yarnAudit: LineParser = {
  lines(context) {
    let open: { package: string; fields: Map<string, string>; installed: string | undefined } | undefined
    const close = () => {
      const finding = open && read(open.package, open.fields, open.installed)
      if (finding) context.emit(finding)
      open = undefined
    }
    return {
      line(text) {
        if (!open && text.charCodeAt(0) < 128) return
        const next = name.exec(text)?.groups?.name
        if (next) {
          close()
          open = { package: next, fields: new Map(), installed: undefined }
          return
        }
        if (!open) return
        const groups = field.exec(text)?.groups
        if (groups) {
          open.fields.set(groups.key ?? '', groups.value ?? '')
          return true
        }
        open.installed ??= versions.exec(text)?.groups?.version
      },
      end: close,
    }
  },
}

function read(name: string, fields: ReadonlyMap<string, string>, installed: string | undefined): Finding | undefined {
  const severity = fields.get('Severity')
  const title = fields.get('Issue')
  if (severity === undefined || title === undefined) return undefined
  return entry(name, fields.get('ID'), title, severity, fields.get('URL'), fields.get('Vulnerable Versions'), installed)
}

/** One entry of Yarn 4's audit; it lists deprecated packages too, which are no vulnerabilities. */
export function entry(name: string, id: string | undefined, title: string, severity: string, url: string | undefined, range: string | undefined, installed: string | undefined): Finding {
  if (id?.endsWith('(deprecation)')) {
    return { tool: 'yarn-audit', rule: 'deprecation', level: 'note', kind: 'audit', message: `${name} is deprecated: ${title}`, file: 'package.json' }
  }
  return vulnerable({ tool: 'yarn-audit', package: name, id, title, severity, url, range, installed })
}
