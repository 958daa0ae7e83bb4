import { position } from '../../core/parse/index.ts'
import type { Level, LineParser } from '../../core/contract.ts'
import { plain } from './rubocop.ts'

const command = /^::(?<level>error|warning|notice) file=(?<file>[^,:]+),line=(?<line>\d+)(?:,endLine=\d+)?(?:,col(?:umn)?=(?<column>\d+))?(?:,[^:]*)?::(?:(?<rule>[A-Z]\w*(?:\/\w+)+): )?(?<message>.+)$/
const levels: Readonly<Record<string, Level>> = { error: 'error', warning: 'warning', notice: 'note' }

/**
 * GitHub workflow commands as RuboCop's `--format github` writes them, and Standard's. RSpec's formatters annotate failures that are told elsewhere.
 * https://docs.github.com/actions/reference/workflow-commands-for-github-actions
 */
export const annotations: LineParser = {
  lines({ emit }) {
    return {
      line(text) {
        const groups = text.startsWith('::') ? command.exec(text)?.groups : undefined
        if (!groups?.rule) return false
        emit({
          tool: 'rubocop', kind: 'lint', level: levels[groups.level ?? ''] ?? 'warning', rule: groups.rule, file: groups.file,
          line: position(groups.line), column: position(groups.column), message: plain((groups.message ?? '').replaceAll('%0A', '\n').replaceAll('%25', '%')),
        })
        return true
      },
    }
  },
}
