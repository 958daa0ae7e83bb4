import type { LineParser } from '../../core/contract.ts'
import { marksPlace } from '../../core/parse/index.ts'
import { isSource } from './grammar/sources.ts'

/** spatch in report mode: `file.c:12:5-10: WARNING: text`. The semantic patch at work, the rule, is announced before. */
export const coccinelle: LineParser = {
  lines({ emit }) {
    let rule: string | undefined
    return {
      line(text) {
        const place = marksPlace(text)
        if (!place && !text.startsWith('Processing ')) return false
        const patch = /^Processing (?:\S{0,500}\/)?(?<rule>[\w.-]{1,200})\.cocci$/.exec(text)?.groups?.['rule']
        if (patch !== undefined) { rule = patch; return true }
        const groups = place && /:\d{1,9}-\d/.test(text) ? report.exec(text)?.groups : undefined
        if (!groups || !isSource(groups['file']!)) return false
        const [column, endColumn] = [Number(groups['column']) || undefined, Number(groups['endColumn']) || undefined]
        emit({
          tool: 'coccinelle', kind: 'lint', level: groups['level'] === 'ERROR' ? 'error' : 'warning', message: groups['message']!, ...rule !== undefined && { rule },
          file: groups['file']!, line: Number(groups['line']) || 1, ...column && { column, ...endColumn && endColumn > column && { endColumn } },
        })
        return true
      },
    }
  },
}

const report = /^(?<file>[^\s:][^:]{0,1000}):(?<line>\d{1,9}):(?<column>\d{1,9})-(?<endColumn>\d{1,9}): (?:(?<level>ERROR|WARNING|INFO)(?: |: ?))?(?<message>\S.*)$/
