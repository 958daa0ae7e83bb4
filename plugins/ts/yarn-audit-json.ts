import { get, str } from '../../core/parse/index.ts'
import { byAdvisory } from './npm-audit-json.ts'
import { entry } from './yarn-audit.ts'
import type { JsonParser } from '../../core/contract.ts'

/** `yarn audit --json` of Yarn 1 (`auditAdvisory` per advisory and path) and `yarn npm audit --json` of Yarn 4: an object per line. */
export const yarnAuditJson: JsonParser = {
  json: {
    is: head => /^\s*\{\s*"type"\s*:\s*"audit(?:Advisory|Summary|Action)"/.test(head)
      || (/^\s*\{\s*"value"\s*:\s*"/.test(head) && /"children"\s*:\s*\{\s*"ID"\s*:/.test(head)),
    read(value, context) {
      if (str(value, 'type') === 'auditAdvisory') {
        const finding = byAdvisory('yarn-audit', get(value, 'data', 'advisory'))
        if (finding) context.emit(finding)
        return
      }
      const name = str(value, 'value')
      const title = str(value, 'children', 'Issue')
      if (name === undefined || title === undefined) return
      const of = (key: string) => str(value, 'children', key)
      context.emit(entry(name, of('ID'), title, of('Severity') ?? 'moderate', of('URL'), of('Vulnerable Versions'), str(value, 'children', 'Tree Versions', 0)))
    },
  },
}
