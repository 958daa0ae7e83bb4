import type { JsonParser, ParseContext } from '../../core/contract.ts'
import { levelOf, list, position, str } from '../../core/parse/index.ts'

/** `gosec -fmt json`, before version 1 with small letters. The line may be a range, `79-81`; what was suppressed by an annotation is listed with `nosec`. What it could not read is the compiler's to tell. */
export const gosecJson: JsonParser = {
  json: {
    is: head => /^\{\s*"(?:Golang errors|Issues|issues|metrics|metadata)"\s*:/.test(head) && /"(?:rule_id|confidence|Golang errors)"\s*:|"Stats"\s*:/.test(head),
    read(value, context) {
      for (const one of [...list(value, 'Issues'), ...list(value, 'issues')]) readIssue(one, context)
    },
  },
}

function readIssue(issue: unknown, { emit }: ParseContext): void {
  if (list(issue, 'suppressions').length > 0 || (issue as { nosec?: unknown } | null)?.nosec === true) return
  const rule = str(issue, 'rule_id') ?? 'gosec'
  const [from, to] = (str(issue, 'line') ?? '').split('-')
  const line = position(from)
  const endLine = position(to)
  const column = position(str(issue, 'column'))
  const file = str(issue, 'file')
  const cwe = str(issue, 'cwe', 'id') ?? str(issue, 'cwe', 'ID')
  const url = str(issue, 'cwe', 'url') ?? str(issue, 'cwe', 'URL')
  emit({
    tool: 'gosec', kind: 'audit', rule, level: levelOf(str(issue, 'severity')), message: str(issue, 'details') ?? rule,
    ...(file ? { file } : {}), ...(line ? { line } : {}), ...(endLine ? { endLine } : {}), ...(column ? { column } : {}),
    ...(cwe || url ? { help: { ...(cwe ? { text: `CWE-${cwe}` } : {}), ...(url ? { url } : {}) } } : {}),
  })
}
