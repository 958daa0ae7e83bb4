import type { Finding, LineParser } from '../../core/contract.ts'
import { levelOf, position } from '../../core/parse/index.ts'

const command = /^::(?<level>error|warning|notice) (?<properties>file=[^:]*(?::[\\/][^:]*)?)::(?<message>.+)$/
const psalm = /^\S.*?:\d+:\d+: (?<rule>[A-Z][A-Za-z]+): (?<message>.+)$/
const source = /\.(?:php\d?|phtml|inc|module|install|theme|neon|stub)$/

/**
 * GitHub workflow commands about PHP files: of Psalm, which repeats the place, of PHPMD, which gives no column, else PHPStan's.
 * https://docs.github.com/actions/reference/workflow-commands-for-github-actions
 */
export const annotations: LineParser = {
  lines({ emit }) {
    return {
      line(text) {
        const groups = text.startsWith('::') && text.length < 16_384 ? command.exec(text)?.groups : undefined
        if (!groups) return false
        const given = new Map((groups.properties ?? '').split(',').map(pair => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]))
        const file = given.get('file') ?? ''
        if (!source.test(file)) return false
        emit(finding(groups, given, file))
        return true
      },
    }
  },
}

function finding({ level, message = '' }: Readonly<Record<string, string | undefined>>, given: ReadonlyMap<string, string>, file: string): Finding {
  const text = message.replaceAll('%0A', '\n').replaceAll('%0D', '').replaceAll('%25', '%')
  const said = psalm.exec(text)?.groups
  const title = given.get('title')
  const tool = said ? 'psalm' : given.has('col') ? 'phpstan' : level === 'warning' ? 'phpmd' : 'phpstan'
  return {
    tool, kind: 'lint', level: level === 'notice' ? 'note' : levelOf(level), rule: said?.rule ?? title, message: said?.message?.replace(/ \(see https:\/\/psalm\.dev\/\d+\)$/, '') ?? text,
    file, line: position(given.get('line')), column: position(given.get('col')), endLine: position(given.get('endLine')),
  }
}
