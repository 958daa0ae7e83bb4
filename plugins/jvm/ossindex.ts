import type { LineParser } from '../../core/contract.ts'
import { unwrap } from './grammar/wrapping.ts'

const start = /Detected \d{1,6} vulnerable components?:/
/** `  org.example:lib:jar:1.2:compile; https://…`, and beneath it `    * [CVE-2021-1] title (9.8); https://…`. */
const component = /^\s{1,8}(?<group>[\w.-]{1,200}):(?<artifact>[\w.-]{1,200}):(?:[\w-]{1,40}:){1,2}(?<version>[\w.+-]{1,100}):[a-z]{4,10}; (?:https?:\S{1,500})?$/
const advisory = /^\s{1,10}\* (?:\[(?<id>[\w-]{3,60})\] )?(?<title>\S.{0,500}?) \((?<score>[\d.]{1,5})\)(?:; (?<url>https?:\S{1,500}))?$/

/** Sonatype's ossindex-maven-plugin. */
export const ossindex: LineParser = {
  lines({ emit }) {
    let inside = false
    let of: { package: string; installed: string } | undefined
    return {
      line(line) {
        const { text } = unwrap(line)
        if (text.includes('vulnerable component') && start.test(text)) return inside = true
        if (!inside) return false
        if (text.startsWith('-> [Help') || text.startsWith('[Help')) {
          inside = false
          return false
        }
        const groups = component.exec(text)?.groups
        if (groups) of = { package: `${groups.group}:${groups.artifact}`, installed: groups.version! }
        const one = of ? advisory.exec(text)?.groups : undefined
        if (!one || !of) return groups !== undefined
        const id = one.id ?? /CVE-\d{4}-\d{4,9}/.exec(one.title!)?.[0] ?? one.title!
        const severity = Number(one.score)
        emit({
          tool: 'ossindex', kind: 'audit', level: severity >= 7 ? 'error' : severity >= 4 ? 'warning' : 'note', rule: id, message: `${of.package} ${of.installed}: ${one.title}`,
          advisory: { ids: [id], ...of, ecosystem: 'Maven', severity, ...one.url && { url: one.url } },
        })
        return true
      },
    }
  },
}
