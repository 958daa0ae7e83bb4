import { levelOf, mark, marks, marksPlace, position } from '../../core/parse/index.ts'
import { mayName } from './frames.ts'
import type { Finding, LineParser } from '../../core/contract.ts'

const word = '(?<level>ERROR|WARNING): '
const flat = [
  // not Psalm's, which puts the kind of issue before the file
  new RegExp(`^${word}(?<file>(?:[A-Za-z]:)?(?![A-Z]\\w+ - )[^\\s:][^:]*):(?<line>\\d+):(?<column>\\d+) - (?<message>.*)$`),
  // verbose, and prose before 5.0
  new RegExp(`^(?:${word})?(?:\\((?<rule>[\\w-]+)\\) )?(?<file>\\S.*?\\.\\w+)\\[(?<line>\\d+), (?<column>\\d+)\\]: (?<message>.*)$`),
  // msbuild: the rule in camel case, where compilers have a number
  /^(?<file>\S.*?)\((?<line>\d+),(?<column>\d+)\): (?<level>error|warning) (?<rule>[a-z][A-Za-z]*): (?<message>.*)$/,
  // vso, which Ruff writes too, for files of its own
  /^##vso\[task\.logissue type=(?<level>error|warning);sourcepath=(?<file>[^;]+\.(?:[cm]?[jt]sx?|vue|json));linenumber=(?<line>\d+);columnnumber=(?<column>\d+);code=(?<rule>[\w-]+);\](?<message>.*)$/,
]
const header = /^(?<file>(?:[A-Za-z]:)?[^\s:][^:]*\.\w+)(?::\d+:\d+)?$/
const stylish = new RegExp(`^${word}(?<line>\\d+):(?<column>\\d+) +(?<rule>[\\w-]+) +(?<message>\\S.*)$`)

/** TSLint's text: prose, verbose, msbuild, vso, stylish. */
export const tslint: LineParser = {
  lines(context) {
    let file: string | undefined
    return {
      line(text) {
        const row = marksPlace(text) ? stylish.exec(text)?.groups : undefined
        const groups = row ? { ...row, file } : mayBe(text) ? flat.map(pattern => pattern.exec(text)).find(Boolean)?.groups : undefined
        if (groups?.file) {
          context.emit(finding(groups))
          return true
        }
        file = mayName(text) ? header.exec(text)?.groups?.file : undefined
      },
    }
  },
}

/** `ERROR: …`, `…[1, 2]: …`, `…(1,2): …`, `##vso[…` */
function mayBe(text: string): boolean {
  const c = text.charCodeAt(0)
  return c === 35 || marks(text) & mark.colonBlank && (c === 69 || c === 87 || marks(text) & mark.parenthesisDigit) ? true : text.includes(']: ')
}

function finding(groups: Record<string, string | undefined>): Finding {
  return {
    tool: 'tslint', rule: groups.rule, level: groups.level ? levelOf(groups.level) : 'error', kind: 'lint',
    message: groups.message ?? '', file: groups.file, line: position(groups.line), column: position(groups.column),
  }
}
