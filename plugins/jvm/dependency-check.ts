import type { LineParser } from '../../core/contract.ts'
import { packageOf, packageOfFile } from './grammar/advisory.ts'
import { unwrap } from './grammar/wrapping.ts'

const start = /^One or more dependencies were identified with (?:known )?vulnerabilities/
/** `lib-1.2.jar (pkg:maven/org.example/lib@1.2, cpe:…) : CVE-2021-1, CVE-2021-2`; in the failure `lib-1.2.jar: CVE-2021-1(9.8), …`. */
const entry = /^(?<file>[^\s:()]{1,300}(?: \(shaded: [^()]{1,300}\))?|[^:()]{1,200}: [^\s:()]{1,200}) ?(?:\((?<ids>[^()]{0,4000})\))? ?: (?<advisories>[A-Za-z][\w.-]{2,60}(?:\([\d.]{1,6}\))?(?:, [\w.: -]{2,200}(?:\([\d.]{1,6}\))?){0,2000})$/
const advisory = /^(?<id>[A-Za-z][\w.:-]{2,100})(?:\((?<score>[\d.]{1,6})\))?$/

/** What OWASP dependency-check prints at its end; its reports say more of each. */
export const dependencyCheck: LineParser = {
  lines({ emit }) {
    let left = 0
    return {
      line(line) {
        const { text } = unwrap(line)
        if (text.includes('One or more dependencies were identified with ')) {
          left = start.test(text) || text.startsWith('Failed to execute goal') ? 10_000 : left
          return false
        }
        if (left === 0) return false
        left--
        if (/^(?:See the dependency-check report|-{10,}|BUILD )/.test(text)) {
          left = 0
          return false
        }
        const groups = text.includes(': ') ? entry.exec(text)?.groups : undefined
        if (!groups) return false
        const known = groups.ids?.split(', ').map(packageOf).find(one => one !== undefined) ?? packageOfFile(groups.file!)
        for (const word of groups.advisories!.split(', ')) {
          const one = advisory.exec(word)?.groups
          if (!one) continue
          emit({
            tool: 'dependency-check', kind: 'audit', level: 'error', rule: one.id!, message: `${known.package}${known.installed ? ` ${known.installed}` : ''}: ${one.id}`,
            advisory: { ids: [one.id!], ...known, ...one.score && { severity: Number(one.score) } },
          })
        }
        return true
      },
    }
  },
}
