import type { LineParser } from '../../core/contract.ts'
import { advisoryOf } from './grammar/advisory.ts'
import { levelOf } from './nuget-json.ts'
import { untimed } from './grammar/prefix.ts'

const opening = /^Project [`'](?<project>[^'`]{1,500})[`'] has the following (?<what>[\w ]{1,40}?) ?packages$/
const row = /^\s{1,8}> (?<package>\S{1,200})(?: \([^)]{0,20}\))?\s{1,200}(?<versions>\S.{0,600}?)\s{1,200}(?<severity>Critical|High|Moderate|Low)\s{1,200}(?<url>https?:\/\/\S{1,500})\s{0,200}$/
const further = /^\s{8,300}(?<severity>Critical|High|Moderate|Low)\s{1,200}(?<url>https?:\/\/\S{1,500})\s{0,200}$/

/** `dotnet list package --vulnerable`: one row per package, and further rows with nothing but severity and page for its further advisories. */
export const nuget: LineParser = {
  lines({ emit }) {
    let vulnerable = false
    let project: string | undefined
    let last: { package: string; installed: string } | undefined
    return {
      line(raw) {
        const text = untimed(raw)
        const head = text.startsWith('Project ') ? opening.exec(text)?.groups : undefined
        if (head) {
          vulnerable = head['what'] === 'vulnerable'
          project = head['project']
          last = undefined
          return vulnerable
        }
        if (!vulnerable || !/https?:\/\//.test(text)) return false
        const groups = row.exec(text)?.groups
        if (groups) last = { package: groups['package']!, installed: groups['versions']!.split(/\s+/).at(-1)! }
        const { severity, url } = groups ?? (last ? further.exec(text)?.groups : undefined) ?? {}
        if (!last || !severity || !url) return false
        const advisory = advisoryOf({ ...last, severity, url })
        emit({
          tool: 'nuget', kind: 'audit', level: levelOf(severity), rule: advisory.ids[0] ?? url, advisory,
          message: `${last.package} ${last.installed} has a known vulnerability of ${severity.toLowerCase()} severity${project ? ` (in ${project})` : ''}`,
        })
        return true
      },
    }
  },
}
