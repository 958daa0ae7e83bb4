import { vulnerable } from './advisory.ts'
import type { LineParser } from '../../core/contract.ts'

const heading = /^(?<package>@?[\w./-]+) {2}(?<range>[<>=*\d]\S.*|\*)$/
const advisory = /^ {2}(?<severity>critical|high|moderate|low|info): (?<title>\S.*) - (?<url>https:\/\/\S+)$/

/** `bun audit`: package and range, who asks for it, then an advisory per line with its own severity. */
export const bunAudit: LineParser = {
  lines(context) {
    let name: string | undefined
    let range: string | undefined
    return {
      line(text) {
        const head = heading.exec(text)?.groups
        if (head) {
          name = head.package
          range = head.range
          return
        }
        const found = name ? advisory.exec(text)?.groups : undefined
        if (!name || !found) return
        context.emit(vulnerable({ tool: 'bun-audit', package: name, range, title: found.title ?? '', severity: found.severity, url: found.url }))
        return true
      },
    }
  },
}
