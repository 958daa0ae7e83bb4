import type { Finding, LineParser } from '../../core/contract.ts'
import { levelOf, mark, marks, position } from '../../core/parse/index.ts'

const progress = '(?:[a-z][a-z ,-]*\\.\\.\\. (?:\\[ *\\d+%\\] \\S+ +)?)?'
const located = new RegExp(`^${progress}(?<file>(?:[A-Za-z]:)?[^:\\s][^:]*\\.\\w+)(?::docstring of (?<object>[\\w.]+))?:(?:(?<line>\\d+)|None)?:? (?<level>WARNING|ERROR|SEVERE|CRITICAL|INFO): (?<message>.+)$`)
const alone = /^(?<level>WARNING|ERROR): (?<message>.+ \[[a-z_]+(?:\.[a-z_]+)+\])$/
const documents = /\.(?:rst|rest|txt|md|markdown|inc|html|ipynb|pyx?|so|pyd)$/
/** The words of doctest (the C++ one), whose lines look the same. */
const doctest = /^(?:test case|(?:CHECK|REQUIRE|WARN)[A-Z_]*\()/
const typed = /^(?<message>.*) \[(?<rule>[a-z_]+(?:\.[a-z_]+)*)\]$/

/** sphinx-build and docutils. Since Sphinx 7.3 the kind of a warning stands at its end. Source: Sphinx's documentation, "suppress_warnings". */
export const sphinx: LineParser = {
  lines({ emit }) {
    return {
      line(text) {
        if (!(marks(text) & mark.colonBlank) || !/(?:WARNING|ERROR|SEVERE|CRITICAL|INFO): /.test(text)) return
        const groups = (located.exec(text) ?? alone.exec(text))?.groups
        if (!groups || !isSphinx(groups)) return
        emit(found(groups))
        return true
      },
    }
  },
}

function isSphinx({ file, level, message = '' }: Record<string, string | undefined>): boolean {
  return file === undefined || documents.test(file) || level === 'WARNING' && !doctest.test(message)
}

function found(groups: Record<string, string | undefined>): Finding {
  const said = typed.exec(groups.message ?? '')?.groups
  const level = groups.level === 'SEVERE' ? 'error' : levelOf(groups.level)
  return {
    tool: 'sphinx', kind: 'build', level, rule: said?.rule, message: said?.message ?? groups.message ?? '',
    file: groups.file, line: position(groups.line),
  }
}
