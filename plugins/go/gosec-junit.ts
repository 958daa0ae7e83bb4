import type { Level, XmlParser } from '../../core/contract.ts'
import { child, position } from '../../core/parse/index.ts'

const place = /\[(?<file>[^\]\n]+\.go):(?<line>\d+)(?:-(?<endLine>\d+))?(?::\d+)?\] - (?<message>[^\n]*) \(Confidence: ?\w+, Severity: ?(?<severity>\w+)(?:, CWE: ?(?<cwe>[\w-]*))?\)/
/** The report has gosec's scores as numbers. */
const levels: Readonly<Record<string, Level>> = { 0: 'note', 1: 'warning', 2: 'error' }

/** `gosec -fmt junit-xml`: a suite per kind of issue, a failed case per issue. Nothing was tested, and no rule is named. */
export const gosecJunit: XmlParser = {
  xml: {
    is: head => /<testsuites?[\s>]/.test(head) && head.includes('Found 1 vulnerability. See stacktrace for details.'),
    each: ['testcase'],
    read(element, ancestors, { emit }) {
      const failure = child(element, 'failure')
      if (!failure) return
      const groups = place.exec(failure.text)?.groups ?? {}
      const line = position(groups.line)
      const endLine = position(groups.endLine)
      const file = groups.file ?? element.attributes.name
      const cwe = groups.cwe && /^\d+$/.test(groups.cwe) ? `CWE-${groups.cwe}` : undefined
      emit({
        tool: 'gosec', kind: 'audit', ...(cwe ? { rule: cwe } : {}), level: levels[groups.severity ?? ''] ?? 'warning',
        message: groups.message ?? ancestors.findLast(one => one.name === 'testsuite')?.attributes.name ?? 'gosec',
        ...(file ? { file } : {}), ...(line ? { line } : {}), ...(endLine ? { endLine } : {}),
      })
    },
  },
}
