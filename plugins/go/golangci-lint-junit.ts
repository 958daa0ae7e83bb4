import type { XmlParser } from '../../core/contract.ts'
import { child, position } from '../../core/parse/index.ts'
import { golangciFinding } from './golangci-lint.ts'

const place = /^(?<file>(?:[A-Za-z]:)?[^:]+):(?<line>\d+)(?::(?<column>\d+))?$/

/** golangci-lint's JUnit: a case per issue, named after the linter. Nothing was tested, so they are findings, not tests. */
export const golangciLintJunit: XmlParser = {
  xml: {
    is: head => /<testsuites?[\s>]/.test(head) && /<testcase name="[\w-]+" classname="[^"]+\.go:\d+/.test(head),
    each: ['testcase'],
    read(element, _ancestors, { emit }) {
      const failure = child(element, 'failure')
      const groups = place.exec(element.attributes.classname ?? '')?.groups
      if (!failure || !groups) return
      const line = position(groups.line)
      const column = position(groups.column)
      const said = failure.attributes.message ?? ''
      const prefix = `${element.attributes.classname}: `
      const severity = /^(?<word>\w+): /.exec(failure.text)?.groups?.word
      emit(golangciFinding(element.attributes.name ?? 'golangci-lint', said.startsWith(prefix) ? said.slice(prefix.length) : said, severity, {
        file: groups.file ?? '', ...(line ? { line } : {}), ...(column ? { column } : {}),
      }))
    },
  },
}
