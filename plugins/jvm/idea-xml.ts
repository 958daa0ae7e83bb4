import type { XmlParser } from '../../core/contract.ts'
import { child, levelOf, position } from '../../core/parse/index.ts'

/** IntelliJ IDEA's and Qodana's inspections: `<problems><problem><file>file://$PROJECT_DIR$/…</file><line><problem_class severity>…`. */
export const ideaXml: XmlParser = {
  xml: {
    is: head => /<problems[\s>]/.test(head.slice(0, 4096)) && /<problem>|<problems[^>]*\bis_local_tool/.test(head),
    each: ['problem'],
    read(problem, _, { emit }) {
      const text = (name: string) => child(problem, name)?.text.trim() || undefined
      const kind = child(problem, 'problem_class')
      const name = kind?.text.trim()
      const rule = kind?.attributes.id ?? name
      const file = text('file')?.replace(/^file:\/\//, '').replace(/^\$PROJECT_DIR\$\//, '')
      const [line, offset, length] = [position(text('line')), Number(text('offset') ?? NaN), Number(text('length') ?? NaN)]
      const column = line && Number.isInteger(offset) && offset >= 0 ? offset + 1 : undefined
      const description = text('description')?.replace(/<\/?code>/g, '`').replace(/ ?#loc$/, '')
      emit({
        tool: 'idea', kind: 'lint', level: levelOfIdea(kind?.attributes.severity), message: description ?? name ?? 'problem',
        ...rule && { rule }, ...file && { file }, ...line && { line }, ...column && { column },
        ...column && length > 0 && { endColumn: column + length },
      })
    },
  },
}

/** Names of highlighting levels; a severity of one's own is a warning. */
function levelOfIdea(word: string | undefined): 'error' | 'warning' | 'note' {
  return /^(?:WEAK WARNING|INFO|INFORMATION|SERVER PROBLEM|TYPO|TEXT ATTRIBUTES)$/i.test(word ?? '') ? 'note' : levelOf(word)
}
