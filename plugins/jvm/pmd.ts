import type { Level, LineParser } from '../../core/contract.ts'
import { mark, marks } from '../../core/parse/index.ts'
import { spot } from './grammar/source.ts'
import { unwrap } from './grammar/wrapping.ts'

/** `/a/B.java:4:<tab>UnnecessaryImport:<tab>message`; older versions name no rule. */
const text1 = /^(?<file>(?:[A-Za-z]:(?=[\\/]))?[^\s:][^:]{0,1000}):(?<line>\d{1,9}):\t(?:(?<rule>[A-Z]\w{1,80}):\t)?(?<message>\S.*)$/
/** Maven's plugin: `PMD Failure: shop.Cart:4 Rule:UnnecessaryImport Priority:4 message`. */
const maven = /^PMD Failure: (?<class>[\w$.]{1,400}|\S{1,400}\.\w{1,8}):(?<line>\d{1,9}) Rule: ?(?<rule>\w{1,80}) Priority: ?(?<priority>[1-5]) (?<message>\S.*)$/
/** The renderer `textcolor`: a block of `src:`, `rule:`, `msg:`. */
const colour = /^\s{1,8}(?<key>src|rule|msg): {1,4}(?<value>\S.*)$/
/** The second number is the last line. */
const place = /^(?<file>(?:[A-Za-z]:(?=[\\/]))?[^:]{1,1000}):(?<line>\d{1,9})(?::\d{1,9})?$/
const errors = /^(?<file>(?:[A-Za-z]:(?=[\\/]))?[^\s:][^:]{0,1000}\.\w{1,8})\t-\t(?<message>\S.*)$/

/** PMD's text: plain and coloured, through Ant, Gradle and Maven. */
export const pmd: LineParser = {
  lines({ emit }) {
    let block: Record<string, string> = {}
    return {
      line(line) {
        const { text, by } = unwrap(line)
        if (text.startsWith('PMD Failure: ')) {
          const groups = maven.exec(text)?.groups
          if (!groups) return false
          const file = /[\\/]|\.(?:java|kt|js|jsp|xml)$/.test(groups.class!) ? groups.class! : `${groups.class!.replace(/\$.*$/, '').replaceAll('.', '/')}.java`
          emit({ tool: 'pmd', kind: 'lint', level: levelOfPriority(groups.priority), rule: groups.rule!, message: groups.message!.replace(/\.$/, ''), ...spot({ ...groups, file }) })
          return true
        }
        if (text.includes(':\t') && (marks(text) & mark.colonDigit) !== 0) {
          const groups = text1.exec(text)?.groups
          if (!groups) return false
          emit({ tool: 'pmd', kind: 'lint', level: 'warning', message: groups.message!.replaceAll('\t', ' '), ...groups.rule && { rule: groups.rule }, ...spot(groups) })
          return true
        }
        if (text.includes('\t-\t')) {
          const groups = errors.exec(text)?.groups
          if (groups) emit({ tool: 'pmd', kind: 'lint', level: 'error', rule: 'processing-error', message: groups.message!, file: groups.file! })
          return groups !== undefined
        }
        if (by !== undefined || text.charCodeAt(0) !== 32) return false
        const groups = colour.exec(text)?.groups
        if (!groups) return false
        if (groups.key === 'src') block = {}
        block[groups.key!] = groups.value!
        const at = groups.key === 'msg' && block.src !== undefined && block.rule !== undefined ? place.exec(block.src)?.groups : undefined
        if (!at) return false
        emit({ tool: 'pmd', kind: 'lint', level: 'warning', rule: block.rule!, message: groups.value!, ...spot(at) })
        block = {}
        return true
      },
    }
  },
}

/** PMD's priorities: a change is absolutely required (1), highly recommended (2), recommended (3), optional (4, 5). */
export function levelOfPriority(priority: string | number | undefined): Level {
  const value = Number(priority)
  return value === 1 || value === 2 ? 'error' : value === 4 || value === 5 ? 'note' : 'warning'
}
