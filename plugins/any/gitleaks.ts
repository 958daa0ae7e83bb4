import type { Finding, JsonParser } from '../../core/contract.ts'
import { num, position, str } from '../../core/parse/index.ts'

/**
 * `gitleaks … --report-format json`: an array of leaks; version 8 writes `RuleID`, version 7 and before `rule`. The secret itself is not
 * shown. A leak that several commits of the history hold in the same line is one finding.
 */
export const gitleaks: JsonParser = {
  json: {
    is: head => /^\s*\[\s*\{/.test(head) && (/"(?:RuleID|Fingerprint)"\s*:/.test(head) && /"Secret"\s*:/.test(head) || /"offender"\s*:/.test(head) && /"commit"\s*:/.test(head)),
    read(report, { emit }) {
      const seen = new Set<string>()
      for (const leak of Array.isArray(report) ? report : []) {
        const key = ['RuleID', 'rule', 'File', 'file', 'StartLine', 'lineNumber', 'Secret', 'offender'].map(name => str(leak, name) ?? '').join('\0')
        const finding = seen.has(key) ? undefined : findingOf(leak)
        seen.add(key)
        if (finding) emit(finding)
      }
    },
  },
}

function findingOf(leak: unknown): Finding | undefined {
  const rule = str(leak, 'RuleID') ?? str(leak, 'rule')
  const file = str(leak, 'File') ?? str(leak, 'file')
  if (!rule && !file) return undefined
  const commit = str(leak, 'Commit') ?? str(leak, 'commit')
  const what = str(leak, 'Description') ?? rule ?? 'a secret'
  return {
    tool: 'gitleaks', kind: 'audit', level: 'error',
    message: commit ? `${what} (commit ${commit.slice(0, 12)})` : what,
    ...(rule ? { rule } : {}), ...(file ? { file } : {}), ...place(leak),
  }
}

/** Columns count from 1; `EndColumn` is the last character of the secret. */
function place(leak: unknown): Pick<Finding, 'line' | 'column' | 'endLine' | 'endColumn'> {
  const line = position(num(leak, 'StartLine') ?? num(leak, 'lineNumber'))
  const column = position(num(leak, 'StartColumn'))
  const endLine = position(num(leak, 'EndLine'))
  const endColumn = position(num(leak, 'EndColumn'))
  if (!line) return {}
  return { line, ...(column ? { column } : {}), ...(endLine ? { endLine } : {}), ...(column && endColumn ? { endColumn: endColumn + 1 } : {}) }
}
