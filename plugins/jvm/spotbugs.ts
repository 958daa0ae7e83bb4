import type { LineParser } from '../../core/contract.ts'
import { levelOfBug } from './spotbugs-xml.ts'
import { unwrap } from './grammar/wrapping.ts'

/** `M D DLS: message  At Cart.java:[line 24]`: confidence, category, abbreviation; since version 4.8 with the type before it. */
const text1 = /^(?<priority>[HML]) (?<category>[A-Z]) (?:(?<type>[A-Z][A-Z0-9]*_[A-Z0-9_]{2,80}) )?(?<abbreviation>[A-Za-z0-9]{1,12}): (?<message>\S.*)$/
/** What the place is to the bug: `At`, `In`, `Dereferenced at`, `Known null at`. */
const role = String.raw`(?:At|In|[A-Z][a-z]{1,20}(?: [a-z]{1,20}){0,8} at)`
const place = new RegExp(String.raw` {1,2}${role} (?<file>[\w$.-]{1,200}\.(?:java|kt|scala|groovy)):\[lines? (?<line>\d{1,9})(?:-(?<end>\d{1,9}))?\]`)
const class1 = / (?:in|of|new|class|field) (?<class>(?:[a-z][\w]{0,80}\.){1,20}[A-Z]\w{0,100})/
/** The Maven plugin: `High: message [shop.Cart] At Cart.java:[line 24] DLS_DEAD_LOCAL_STORE`. */
const maven = new RegExp(String.raw`^(?:(?<priority>High|Medium|Low): )?(?<message>\S.*) \["?(?<class>[\w$.]{1,400})"?(?:, "?[\w$.]{1,400}"?){0,9}\] (?:${role} )?(?<file>[\w$.-]{1,200}\.(?:java|kt|scala|groovy)|Unknown)(?::\[lines? (?<line>\d{1,9})(?:-(?<end>\d{1,9}))?\])?(?:, )?(?: ?.{0,400})? (?<rule>[A-Z][A-Z0-9]*_[A-Z0-9_]{2,80})$`)

/** SpotBugs' and FindBugs' text, and what their Maven plugins print. */
export const spotbugs: LineParser = {
  lines({ emit }) {
    return {
      line(line) {
        const { text, by, level } = unwrap(line)
        if (by === 'maven') {
          if (level === 'note' && !text.startsWith('High') && !text.startsWith('Medium') && !text.startsWith('Low') || !text.includes('] ') || !/_[A-Z0-9_]{2,80}$/.test(text)) return false
          const groups = maven.exec(text)?.groups
          if (!groups) return false
          const folder = groups.class!.includes('.') ? `${groups.class!.slice(0, groups.class!.lastIndexOf('.')).replaceAll('.', '/')}/` : ''
          const file = groups.file === 'Unknown' ? `${folder}${groups.class!.replace(/^.*\./, '').replace(/\$.*$/, '')}.java` : folder + groups.file!
          emit({ tool: 'spotbugs', kind: 'lint', level: groups.priority ? levelOfBug(undefined, groups.priority) : level ?? 'warning', rule: groups.rule!, message: groups.message!, file, ...at(groups) })
          return true
        }
        if (text.charCodeAt(1) !== 32 || text.charCodeAt(3) !== 32) return false
        const groups = text1.exec(text)?.groups
        if (!groups) return false
        const where = place.exec(text)?.groups
        const message = (where ? groups.message!.replace(place, '') : groups.message!).trim()
        const owner = class1.exec(` ${message}`)?.groups?.class
        const folder = owner ? `${owner.slice(0, owner.lastIndexOf('.')).replaceAll('.', '/')}/` : ''
        if (!where && !/ (?:At|In|at) /.test(text)) return false
        emit({ tool: 'spotbugs', kind: 'lint', level: levelOfBug(undefined, groups.priority), rule: groups.type ?? groups.abbreviation!, message, ...where && { file: folder + where.file!, ...at(where) } })
        return true
      },
    }
  },
}

function at({ line, end }: Record<string, string | undefined>): { line?: number; endLine?: number } {
  return line ? { line: Number(line), ...end && { endLine: Number(end) } } : {}
}
