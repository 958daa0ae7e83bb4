import type { JsonParser, ParseContext } from '../../core/contract.ts'
import { num, position, str } from '../../core/parse/index.ts'
import { golangciFinding } from './golangci-lint.ts'

/** Code Climate's issues, as golangci-lint writes them for GitLab. */
export const golangciLintCodeclimate: JsonParser = {
  json: {
    is: head => /^\[\s*\{\s*"(?:type|description|check_name|severity|fingerprint)"/.test(head) && /"check_name"\s*:/.test(head) && /"path"\s*:\s*"[^"]*\.go"/.test(head),
    each: ['[]'],
    read: readIssue,
  },
}

const severities: Readonly<Record<string, string>> = { info: 'note', minor: 'warning', major: 'error', critical: 'error', blocker: 'error' }

function readIssue(issue: unknown, { emit }: ParseContext): void {
  const linter = str(issue, 'check_name') ?? 'golangci-lint'
  const said = str(issue, 'description') ?? linter
  const file = str(issue, 'location', 'path')
  const line = position(num(issue, 'location', 'lines', 'begin') ?? num(issue, 'location', 'positions', 'begin', 'line'))
  const message = said.startsWith(`${linter}: `) ? said.slice(linter.length + 2) : said
  emit(golangciFinding(linter, message, severities[str(issue, 'severity') ?? ''], { ...(file ? { file } : {}), ...(line ? { line } : {}) }))
}
