import { entries, list, num, str } from '../../core/parse/index.ts'
import { vulnerable } from './advisory.ts'
import type { JsonParser } from '../../core/contract.ts'

/** `bun audit --json`: the answer of npm's bulk endpoint, advisories by package. */
export const bunAuditJson: JsonParser = {
  json: {
    is: head => /^\s*\{\s*"[^"]+"\s*:\s*\[\s*\{\s*"id"\s*:/.test(head) && /"vulnerable_versions"\s*:/.test(head),
    read(value, context) {
      for (const [name] of entries(value)) {
        for (const advisory of list(value, name)) {
          const title = str(advisory, 'title')
          if (title === undefined) continue
          context.emit(vulnerable({
            tool: 'bun-audit', package: name, id: str(advisory, 'id'), title, severity: str(advisory, 'severity'),
            score: num(advisory, 'cvss', 'score'), range: str(advisory, 'vulnerable_versions'), url: str(advisory, 'url'),
          }))
        }
      }
    },
  },
}
