import type { Finding, LineParser } from '../../core/contract.ts'
import { mark, marks } from '../../core/parse/index.ts'
import { explains } from './grammar/explained.ts'
import { isSource, unwrapped } from './grammar/sources.ts'

/**
 * GNU make. Faults of the makefile itself always count. `*** [all] Error 2` only says that a command failed, so it counts
 * only when nothing before it explains why, with the last lines of output as its trace.
 */
export const make: LineParser = {
  lines({ emit }) {
    let explained = false
    let last: string[] = []
    let failed: Finding | undefined
    return {
      line(raw) {
        const text = unwrapped(raw)
        const said = (marks(text) & mark.colonBlank) !== 0
        const mine = said && named.test(text)
        const groups = said ? (makefile.exec(text) ?? (mine ? own.exec(text) : null))?.groups : undefined
        if (groups && (groups['word'] === undefined ? !isSource(groups['file'] ?? 'Makefile') : isMakefile.test(groups['file'] ?? 'Makefile'))) {
          explained ||= groups['word'] === undefined
          emit(fault(groups))
          return true
        }
        const recipe = mine ? failedRecipe.exec(text)?.groups : undefined
        if (recipe) {
          failed ??= { ...fault({ ...recipe, word: 'error' }), rule: 'recipe-failed', ...last.length > 0 && { trace: last.slice(-10).join('\n') } }
          return true
        }
        if (said && /^\S*make(?:\[\d+\])?: /.test(text)) return false
        explained ||= explains(text)
        if (last.push(raw) >= 100) last = last.slice(-10)
        return false
      },
      end() {
        if (failed && !explained) emit(failed)
      },
    }
  },
}

const name = String.raw`(?:\S{0,200}[-\\/])?g?make(?:\.exe)?(?:\[\d{1,3}\])?`
/** `Makefile:3: *** missing separator.  Stop.`, `rules.mk:7: warning: overriding recipe for target 'x'` */
const makefile = /^(?<file>[^\s:][^:]{0,500}|[A-Za-z]:[^:]{1,500}):(?<line>\d{1,9}): (?:\*\*\* |(?<word>warning): )(?<message>(?:missing|multiple|commands commence|recipe commences|target|unterminated|invalid|empty|extraneous|overriding|ignoring old|mixed|first argument|insufficient|prerequisites|virtual|Recursive|no |not |only |.{1,400}  Stop\.$).*)$/
const isMakefile = /(?:^|[\\/])(?:GNU)?[Mm]akefile[^\\/]*$|\.(?:mk|mak|make|am|in|d|inc)$/
const named = new RegExp(`^${name}: `)
const own = new RegExp(String.raw`^${name}: (?:\*\*\* (?<message>(?:No rule|No targets|virtual|.{1,300} is a directory|[^[].{0,400} Stop\.$).*)|(?<word>warning):\s{1,4}(?<warning>.*)|(?<missing>\S{1,200}: (?:Command not found|No such file or directory|Permission denied)))$`)
const failedRecipe = new RegExp(String.raw`^${name}: \*\*\* \[(?:(?<file>[^\]:]{1,500}):(?<line>\d{1,9}): )?(?<target>[^\]]{1,500})\] (?<status>Error \d{1,3}|[A-Z][a-z][\w ,()]{1,80})$`)

function fault(groups: Record<string, string | undefined>): Finding {
  const line = Number(groups['line']) || undefined
  const target = groups['target']
  const message = target !== undefined ? `recipe for '${target}' failed: ${groups['status']}` : groups['message'] ?? groups['warning'] ?? groups['missing'] ?? ''
  return {
    tool: 'make', kind: 'build', level: groups['word'] === 'warning' ? 'warning' : 'error',
    message: message.replace(/\s+Stop\.$/, '').trim(),
    ...groups['file'] && { file: groups['file'] }, ...line && { line },
  }
}
