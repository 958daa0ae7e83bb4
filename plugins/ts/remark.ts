import { isBlank, levelOf, mark, marks, position } from '../../core/parse/index.ts'
import { mayName, ruleInColumn } from './frames.ts'
import type { LineParser } from '../../core/contract.ts'

const header = /^(?<file>\S.*\.\w+|<stdin>)(?:: no issues found)?$/
const row = /^ +(?<line>\d+):(?<column>\d+)(?:-(?<endLine>\d+):(?<endColumn>\d+))? +(?<level>error|warning|info) +(?<rest>\S.*)$/
const plugin = /^re(?:mark|text|hype)-[\w-]+$/

/** remark and its kin through vfile-reporter: a block per file; the columns are place, level, message, rule, plugin. */
export const remark: LineParser = {
  lines(context) {
    let file: string | undefined
    return {
      line(text) {
        const groups = file === undefined || !(marks(text) & mark.colonDigit) ? undefined : row.exec(text)?.groups
        const outer = groups ? ruleInColumn(groups.rest ?? '') : undefined
        if (groups && plugin.test(outer?.rule ?? '')) {
          const inner = ruleInColumn(outer?.message ?? '')
          context.emit({
            tool: 'remark', rule: inner.rule, level: levelOf(groups.level), kind: 'lint', message: inner.message, file,
            line: position(groups.line), column: position(groups.column), endLine: position(groups.endLine), endColumn: position(groups.endColumn),
          })
          return true
        }
        if (text.charCodeAt(0) !== 32 && !isBlank(text)) file = mayName(text) ? header.exec(text)?.groups?.file : undefined
      },
    }
  },
}
