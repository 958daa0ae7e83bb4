import type { LineParser } from '../../core/contract.ts'
import { vulnerable } from './advisory.ts'

const title = /^(?:Symfony Security Check Report|PHP Security Check Report)$/
const heading = /^(?<name>[\w.-]+\/[\w.-]+) \((?<version>[\w.+-]+)\)$/
const entry = /^ *\* (?:\[(?<id>[\w-]+)\](?:\[\])?: )?(?<title>\S.*)$/
const link = /^(?<indent> *)(?:\[(?<id>[\w-]+)\]: )?(?<url>https?:\/\/\S+)$/

/** local-php-security-checker's, `symfony check:security`'s and the SensioLabs checker's text. Source: local-php-security-checker's README. */
export const securityChecker: LineParser = {
  lines({ emit }) {
    let running = false
    let found: { name: string; version: string; id: string | undefined; title: string; url?: string }[] = []
    let last: { name: string; version: string } | undefined
    const flush = () => {
      for (const { name, version, id, title: said, url } of found) {
        emit(vulnerable({ tool: 'security-checker', package: name, installed: version, title: said, cve: id ?? /^CVE-[\d-]+/.exec(said)?.[0], url }))
      }
      found = []
    }
    return {
      line(text) {
        if (title.test(text)) {
          flush()
          running = true
          return true
        }
        if (!running || text.length > 4000) return false
        const named = text.endsWith(')') ? heading.exec(text)?.groups : undefined
        if (named?.name) {
          last = { name: named.name, version: named.version ?? '' }
          return true
        }
        const one = last && text.includes('* ') ? entry.exec(text)?.groups : undefined
        if (one && last) {
          if (found.length < 10_000) found.push({ ...last, id: one.id, title: one.title ?? '' })
          return true
        }
        const at = text.includes('://') ? link.exec(text)?.groups : undefined
        const target = at?.id ? found.find(item => item.id === at.id) : found.at(-1)
        if (at?.url && target) target.url ??= at.url
        if (text.startsWith('Note that this checker')) {
          flush()
          running = false
        }
        return at !== undefined
      },
      end: flush,
    }
  },
}
