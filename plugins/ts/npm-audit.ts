import { vulnerable } from './advisory.ts'
import type { LineParser } from '../../core/contract.ts'

const opening = /^# npm audit report$/
const closing = /^(?:\d+ (?:\w+ severity )?vulnerabilit(?:y|ies)\b|found \d+ vulnerabilit)/
const heading = /^(?<package>@?[\w./-]+) {2}(?<range>\S.*)$/
const severity = /^Severity: (?<severity>\w+)$/
const advisory = /^(?<title>\S.*) - (?<url>https?:\/\/\S+)$/

/** The report of npm 7 and later: package and range, severity, then an advisory per line. The severity is the package's worst. */
export const npmAudit: LineParser = {
  lines(context) {
    let open = false
    let name: string | undefined
    let range: string | undefined
    let word: string | undefined
    return {
      line(text) {
        if (opening.test(text)) return (open = true)
        if (!open) return
        if (closing.test(text)) {
          open = false
          return true
        }
        const found = advisory.exec(text)?.groups
        const level = severity.exec(text)?.groups?.severity
        const head = found ? undefined : heading.exec(text)?.groups
        if (level) word = level
        else if (found && name) context.emit(vulnerable({ tool: 'npm-audit', package: name, title: found.title ?? '', url: found.url, range, severity: word }))
        else if (head) {
          name = head.package
          range = head.range
          word = undefined
        }
        return true
      },
    }
  },
}
