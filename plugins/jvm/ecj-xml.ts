import type { XmlParser } from '../../core/contract.ts'
import { child, levelOf, position } from '../../core/parse/index.ts'

/** Eclipse's compiler with `-log file.xml`: `<compiler><sources><source path><problems><problem>` (compiler.dtd). */
export const ecjXml: XmlParser = {
  xml: {
    is: head => /<compiler[\s>]/.test(head) && /<sources|<command_line|<problem_summary|org\/eclipse\/jdt/i.test(head),
    each: ['problem'],
    read(problem, ancestors, { emit }) {
      const { severity, line, id, optionKey } = problem.attributes
      const at = position(line)
      const file = ancestors.findLast(one => one.name === 'source')?.attributes.path
      emit({
        tool: 'ecj', kind: 'build', level: levelOf(severity), message: child(problem, 'message')?.attributes.value ?? id ?? 'problem',
        ...file && { file }, ...at && { line: at }, ...(id ?? optionKey) && { rule: id ?? optionKey },
      })
    },
  },
}
