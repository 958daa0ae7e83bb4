import type { Finding, LineParser } from '../../core/contract.ts'
import { position } from '../../core/parse/index.ts'

const border = /^ -{2,}(?: -{2,})? *$/
/** The editor's link may stand before the name; a trait is shown once for each class that uses it. */
const heading = /^ {1,8}(?<column>Line|Error)(?: {1,9}(?<file>\S.*?))? *$/
const row = /^ {1,8}:?(?<line>\d{1,9}|\?)? {1,12}(?<text>\S.*?) *$/
const raw = /^(?<file>(?:[A-Za-z]:)?[^:\s][^:]*\.(?:php\d?|phtml|inc|module|install|theme)(?: \(in context of [^:]*\))?):(?<line>\d{1,9}|\?):(?<message>[A-Z\\$`'"].*?)(?: \[identifier=(?<rule>[\w.]+)\])?$/
const context = / \(in context of .*\)$/

interface Table { file: string | undefined; borders: number }

/**
 * PHPStan's table, and its raw lines. Messages are wrapped; below them stand the identifier (since 1.11) and tips. Errors of no file
 * have a table of their own. Source: PHPStan's documentation, "Output format".
 */
export const phpstan: LineParser = {
  lines({ emit }) {
    let table: Table | undefined
    let pending: Finding | undefined
    let bordered = false
    const flush = () => {
      if (pending) emit(pending)
      pending = undefined
    }
    return {
      line(text) {
        const isBorder = text.startsWith(' --') && border.test(text)
        if (isBorder) {
          flush()
          if (table && ++table.borders > 2) table = undefined
          bordered = true
          return table !== undefined
        }
        const named = bordered && !table ? heading.exec(text)?.groups : undefined
        bordered = false
        if (named) {
          if (named.column === 'Line' && !named.file) return false
          table = { file: named.column === 'Line' ? named.file?.replace(context, '') : undefined, borders: 1 }
          return true
        }
        if (table) return inTable(text, table)
        const groups = text.includes(':') ? raw.exec(text)?.groups : undefined
        if (groups) emit({ tool: 'phpstan', kind: 'lint', level: 'error', rule: groups.rule, message: groups.message ?? '', file: groups.file?.replace(context, ''), line: position(groups.line) })
        return groups !== undefined
      },
      end: flush,
    }

    function inTable(text: string, { file }: Table): boolean {
      if (text.trim() === '') return true
      const groups = row.exec(text.slice(0, 8000))?.groups
      if (!groups) {
        flush()
        table = undefined
        return false
      }
      const said = groups.text ?? ''
      const fresh = groups.line !== undefined || file === undefined && (!pending || /[.!?]$/.test(pending.message)) && !/^[^\w\\$`'"]/.test(said)
      if (fresh) {
        flush()
        pending = { tool: 'phpstan', kind: 'lint', level: 'error', message: said, file, line: position(groups.line) }
      } else if (pending) pending = more(pending, said)
      return true
    }
  },
}

/** A line below a message: its identifier, a tip, a link, or more of what came last. */
function more(finding: Finding, said: string): Finding {
  const id = /^🪪 +(?<rule>[\w.]+)/u.exec(said)?.groups?.rule
  if (id !== undefined) return { ...finding, rule: id }
  if (said.startsWith('✏')) return finding
  if (said.startsWith('💡')) return { ...finding, help: { text: said.replace(/^💡 */u, '') } }
  if (finding.help?.text !== undefined) return { ...finding, help: { text: `${finding.help.text} ${said}`.slice(0, 4000) } }
  return { ...finding, message: `${finding.message} ${said}`.slice(0, 8000) }
}
