import type { Finding, LineParser } from '../../core/contract.ts'
import { levelOf, mark, marks } from '../../core/parse/index.ts'
import { spot } from './grammar/source.ts'
import { unwrap } from './grammar/wrapping.ts'

const file = String.raw`(?<file>(?:[A-Za-z]:(?=[\\/]))?[^\s:"<>|*?[][^:"<>|*?[]{0,1000}\.[A-Za-z]\w{0,15})`
/** Since version 6.14: `[WARN] /a/B.java:5:8: message [UnusedImports]`, the level taken off as any prefix is. */
const modern = new RegExp(String.raw`^${file}:(?<line>\d{1,9})(?::(?<column>\d{1,9}))?: (?<message>\S.*) \[(?<rule>[A-Za-z]\w{1,80})\]$`)
/** Maven's plugin: `src/B.java:[5,8] (imports) UnusedImports: message`. */
const maven = new RegExp(String.raw`^${file}:\[(?<line>\d{1,9})(?:,(?<column>\d{1,9}))?\] \([a-z]{1,40}\) (?<rule>[A-Z]\w{1,80}): ?(?<message>.*)$`)
/** Before 6.14, by Ant: `[checkstyle] /a/B.java:5:8: warning: message`. */
const old = new RegExp(String.raw`^${file}:(?<line>\d{1,9})(?::(?<column>\d{1,9}))?: (?:(?<level>warning|error|info): )?(?<message>\S.*)$`)

/** Checkstyle's text: its command line, Ant's task, Gradle's and Maven's plugins, old and new. */
export const checkstyle: LineParser = {
  lines({ emit }) {
    let auditing = false
    return {
      line(line) {
        const { text, by, level, task } = unwrap(line)
        if (text.startsWith('Starting audit...') || text.startsWith('Audit done.')) {
          auditing = text.startsWith('S')
          return true
        }
        const inTask = task !== undefined && task.endsWith('checkstyle')
        if (by === undefined && !auditing && !inTask || (marks(text) & mark.colonDigit) === 0 && !text.includes(':[')) return false
        const found = level === undefined ? undefined : (modern.exec(text) ?? maven.exec(text))?.groups
        const groups = found ?? ((inTask || auditing && by === undefined) ? (modern.exec(text) ?? old.exec(text))?.groups : undefined)
        // sbt's plugins and compilers speak in small letters.
        if (!groups || by === 'sbt' || /\.(?:kts?|scala)$/.test(groups.file!)) return false
        const finding: Finding = { tool: 'checkstyle', kind: 'lint', level: level ?? levelOf(groups.level ?? 'error'), message: groups.message!.trim() || groups.rule || 'violation', ...groups.rule && { rule: groups.rule }, ...spot(groups) }
        emit(finding)
        return true
      },
    }
  },
}
