import type { Finding, JsonParser } from '../../core/contract.ts'
import { get, levelOf, list, num, position, str } from '../../core/parse/index.ts'

/** `semgrep scan --json`: results, and the errors that ended a scan; files read in part are no finding (https://semgrep.dev/docs/semgrep-appsec-platform/json-and-sarif). */
export const semgrep: JsonParser = {
  json: {
    is: head => /"check_id"\s*:\s*"/.test(head) && /"results"\s*:\s*\[/.test(head)
      || /"results"\s*:\s*\[/.test(head) && /"(?:paths|errors)"\s*:/.test(head) && /"(?:engine_requested|skipped_rules|interfile_languages_used|scanned)"\s*:/.test(head),
    each: ['results[]', 'errors[]'],
    read(value, { emit }, path) {
      const finding = path === 'errors[]' ? errorOf(value) : resultOf(value)
      if (finding) emit(finding)
    },
  },
}

function resultOf(value: unknown): Finding | undefined {
  const rule = str(value, 'check_id')
  const file = str(value, 'path')
  if (!rule || !file || isIgnored(value)) return undefined
  const url = str(value, 'extra', 'metadata', 'source') ?? str(value, 'extra', 'metadata', 'shortlink') ?? str(list(value, 'extra', 'metadata', 'references')[0])
  return {
    tool: 'semgrep', kind: 'audit', rule, file,
    level: levelOf(str(value, 'extra', 'severity') ?? str(value, 'severity')),
    message: str(value, 'extra', 'message') ?? rule,
    ...place(value),
    ...(url ? { help: { url } } : {}),
    ...fixOf(value, file),
  }
}

function isIgnored(value: unknown): boolean {
  return get(value, 'extra', 'is_ignored') === true
}

/** `fix` is the text that takes the place of the whole match. */
function fixOf(value: unknown, file: string): Pick<Finding, 'fixes'> {
  const text = str(value, 'extra', 'fix')
  const { line, column, endLine, endColumn } = place(value)
  if (text === undefined || !line || !column || !endLine || !endColumn) return {}
  return { fixes: [{ changes: [{ file, replacements: [{ line, column, endLine, endColumn, text }] }] }] }
}

function place(value: unknown): Pick<Finding, 'line' | 'column' | 'endLine' | 'endColumn'> {
  const at = {
    line: position(num(value, 'start', 'line')), column: position(num(value, 'start', 'col')),
    endLine: position(num(value, 'end', 'line')), endColumn: position(num(value, 'end', 'col')),
  }
  return Object.fromEntries(Object.entries(at).filter(([, one]) => one !== undefined))
}

function errorOf(value: unknown): Finding | undefined {
  const message = str(value, 'message') ?? str(value, 'long_msg') ?? str(value, 'short_msg')
  const type = str(value, 'type') ?? str(value, 'type', 0)
  const file = str(value, 'path')
  if (!message || str(value, 'level') !== 'error') return undefined
  return {
    tool: 'semgrep', kind: 'build', level: 'error', message,
    ...(type ? { rule: `semgrep/${type}` } : {}), ...(file ? { file } : {}),
    ...spanOf(value),
  }
}

function spanOf(value: unknown): Pick<Finding, 'line' | 'column'> {
  const line = position(num(value, 'spans', 0, 'start', 'line'))
  const column = position(num(value, 'spans', 0, 'start', 'col'))
  return { ...(line ? { line } : {}), ...(line && column ? { column } : {}) }
}
