import type { Finding, Fix, JsonParser, Level } from '../../core/contract.ts'
import { get, levelOf, list, num, position, str } from '../../core/parse/index.ts'
import { codePattern, levelOfCode } from './codes.ts'

const code = new RegExp(`^(?:${codePattern}|[a-z]+(?:-[a-z]+)+)$`)
const codeOnly = new RegExp(`^${codePattern}$`)
const own = /"row"\s*:/
const climateRule = new RegExp(`"check_name"\\s*:\\s*"(?:${codePattern}|[a-z]+-[a-z-]+)"`)
const climatePath = /"path"\s*:\s*"[^"]*\.(?:py|pyi|ipynb)"/
const reviewdog = /^\s*\{\s*"diagnostics"\s*:\s*\[/
const reviewdogRule = new RegExp(`"name"\\s*:\\s*"ruff"|"value"\\s*:\\s*"(?:${codePattern}|[a-z]+-[a-z-]+|unformatted)"`)

/**
 * `ruff check --output-format` json (an array of findings), gitlab (Code Climate's form), and rdjson (reviewdog's).
 * Source: ruff's documentation of `--output-format`; GitLab "Code Quality"; reviewdog "Reviewdog Diagnostic Format".
 */
export const ruffJson: JsonParser = {
  json: {
    is: head => /^\s*\[\s*\{/.test(head)
      ? own.test(head) && head.includes('"filename"') && head.includes('"code"') || climateRule.test(head) && climatePath.test(head)
      : reviewdog.test(head) && reviewdogRule.test(head),
    each: ['[]', 'diagnostics[]'],
    read(value, { emit }, path) {
      const finding = path === 'diagnostics[]' ? fromReviewdog(value)
        : str(value, 'check_name') ? fromClimate(value) : fromRuff(value)
      if (finding) emit(finding)
    },
  },
}

/** One of ruff's own records, which `json` puts into an array and `json-lines` on lines of their own. */
export function fromRuff(value: unknown): Finding | undefined {
  const message = str(value, 'message')
  const file = str(value, 'filename')
  if (message === undefined || file === undefined) return undefined
  const rule = str(value, 'code') ?? str(value, 'name') ?? 'invalid-syntax'
  const inCell = num(value, 'cell') !== undefined
  return {
    tool: 'ruff', kind: rule === 'unformatted' ? 'format' : 'lint', rule, level: levelOfCode(rule), message, file,
    line: position(num(value, 'location', 'row')),
    column: position(num(value, 'location', 'column')),
    endLine: position(num(value, 'end_location', 'row')),
    endColumn: position(num(value, 'end_location', 'column')),
    help: help(str(value, 'url'), str(value, 'fix', 'message')),
    fixes: inCell ? undefined : fixOf(value, file),
  }
}

/** Only fixes that ruff itself calls safe; older versions say `Automatic` for these, or nothing. */
function fixOf(value: unknown, file: string): Fix[] | undefined {
  const kind = str(value, 'fix', 'applicability')
  if (kind !== undefined && !/^(?:safe|automatic)$/i.test(kind)) return undefined
  const replacements = list(value, 'fix', 'edits').flatMap(edit => {
    const line = position(num(edit, 'location', 'row'))
    const column = position(num(edit, 'location', 'column'))
    const endLine = position(num(edit, 'end_location', 'row'))
    const endColumn = position(num(edit, 'end_location', 'column'))
    const text = get(edit, 'content')
    return line && column && endLine && endColumn && typeof text === 'string' ? [{ line, column, endLine, endColumn, text }] : []
  })
  if (replacements.length === 0) return undefined
  return [{ description: str(value, 'fix', 'message'), changes: [{ file, replacements }] }]
}

function fromClimate(value: unknown): Finding | undefined {
  const rule = str(value, 'check_name')
  const description = str(value, 'description')
  if (!rule || !description) return undefined
  const begin = num(value, 'location', 'positions', 'begin', 'line') ?? num(value, 'location', 'lines', 'begin')
  const end = num(value, 'location', 'positions', 'end', 'line') ?? num(value, 'location', 'lines', 'end')
  const again = [`${rule}: `, `(${rule}) `].find(prefix => description.startsWith(prefix)) ?? ''
  // The same form is ty's, whose rules have no codes.
  const isRuff = levelOfCode(rule) === 'error' || codeOnly.test(rule)
  return {
    tool: isRuff ? 'ruff' : 'ty', kind: 'lint', rule, level: isRuff ? levelOfCode(rule) : levelOfTy(str(value, 'severity')), message: description.slice(again.length),
    file: str(value, 'location', 'path'),
    line: position(begin), endLine: position(end),
    column: position(num(value, 'location', 'positions', 'begin', 'column')),
    endColumn: position(num(value, 'location', 'positions', 'end', 'column')),
  }
}

/** ty says `major` of an error and `minor` of a warning. */
function levelOfTy(severity: string | undefined): Level {
  return severity === 'major' ? 'error' : severity === 'minor' ? 'warning' : levelOf(severity)
}

function fromReviewdog(value: unknown): Finding | undefined {
  const message = str(value, 'message')
  const rule = str(value, 'code', 'value') ?? 'invalid-syntax'
  if (!message || !code.test(rule)) return undefined
  return {
    tool: 'ruff', kind: 'lint', rule, level: levelOfCode(rule), message,
    file: str(value, 'location', 'path'),
    line: position(num(value, 'location', 'range', 'start', 'line')),
    column: position(num(value, 'location', 'range', 'start', 'column')),
    endLine: position(num(value, 'location', 'range', 'end', 'line')),
    endColumn: position(num(value, 'location', 'range', 'end', 'column')),
    help: help(str(value, 'code', 'url')),
  }
}

function help(url?: string, text?: string): Finding['help'] {
  return url || text ? { url, text } : undefined
}
