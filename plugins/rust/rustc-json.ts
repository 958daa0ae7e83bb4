import type { Finding, Fix, JsonParser, Location, ParseContext, Replacement } from '../../core/contract.ts'
import { get, list, num, str } from '../../core/parse/index.ts'
import { helpUrl, ice, isForeign, isSummary, levelOfWord, whose } from './diagnostic.ts'
import { lintIn } from './lints.ts'

/**
 * `cargo --message-format=json` and `rustc --error-format=json`, each diagnostic a document of its own: the rustc book, "JSON Output",
 * and the cargo book, "External tools". Columns count from 1, ends are exclusive.
 */
export const rustcJson: JsonParser = {
  json: {
    is: head => /^\s*\{\s*"reason"\s*:\s*"(?:compiler-(?:message|artifact)|build-(?:script-executed|finished)|timing-info)"/.test(head)
      || /"\$message_type"\s*:/.test(head)
      || /"spans"\s*:\s*\[/.test(head) && /"level"\s*:\s*"/.test(head) && /"(?:rendered|children|code)"\s*:/.test(head),
    read(value, context) {
      if (get(value, 'reason') === undefined) readDiagnostic(value, context)
      else if (str(value, 'reason') === 'compiler-message') readDiagnostic(get(value, 'message'), context)
    },
  },
}

function readDiagnostic(value: unknown, { emit }: ParseContext): void {
  const message = str(value, 'message')
  const word = str(value, 'level')
  if (message === undefined || word === undefined || word === 'failure-note' || word === '' || isSummary(message)) return
  const spans = list(value, 'spans')
  const primary = spans.find(span => get(span, 'is_primary') === true) ?? spans[0]
  const span = ownCode(primary)
  const place = placeOf(span)
  const children = list(value, 'children')
  const rule = ruleOf(value, children) ?? (word.includes('internal compiler error') ? ice : undefined)
  const explanation = str(value, 'code', 'explanation')?.trim()
  const url = helpUrl(rule)
  const related = relatedOf(spans, primary, children)
  const fixes = children.flatMap(fixOf)
  const rendered = str(value, 'rendered')?.replace(colour, '').trim()
  const finding: Finding = {
    ...whose({ rule, message, file: place?.file }), level: levelOfWord(word), message, ...place,
    ...(explanation || url) && { help: { ...explanation && { text: explanation }, ...url && { url } } },
    ...related.length > 0 && { related },
    ...fixes.length > 0 && { fixes },
    ...rendered && { trace: rendered },
  }
  emit(finding)
}

// eslint-disable-next-line no-control-regex
const colour = /\x1b\[[\d;]{0,20}m/g

/** Old clippy named its lints without `clippy::`, but always linked its page. */
function ruleOf(value: unknown, children: readonly unknown[]): string | undefined {
  const code = str(value, 'code', 'code')
  if (code === undefined || code.includes('::')) return code
  const linked = children.map(child => lintIn(str(child, 'message') ?? '')).find(rule => rule?.startsWith('clippy::'))
  return linked === `clippy::${code}` ? linked : code
}

const maxDepth = 32

/** Code of a macro from elsewhere: the fault is where it is called. */
function ownCode(span: unknown): unknown {
  let here = span
  for (let depth = 0; depth < maxDepth; depth++) {
    const file = str(here, 'file_name') ?? ''
    const outer = get(here, 'expansion', 'span')
    if (typeof outer !== 'object' || outer === null || !isForeign(file)) return here
    here = outer
  }
  return here
}

function placeOf(span: unknown): Location | undefined {
  const file = str(span, 'file_name')
  if (file === undefined) return undefined
  const line = num(span, 'line_start')
  const column = num(span, 'column_start')
  const endLine = num(span, 'line_end')
  const endColumn = num(span, 'column_end')
  if (!line) return { file }
  return { file, line, ...column && { column }, ...endLine && { endLine }, ...column && endColumn && { endColumn } }
}

function located(span: unknown, message: string | undefined): Location[] {
  const place = placeOf(ownCode(span))
  return place ? [{ ...place, ...message !== undefined && { message } }] : []
}

/** What else is marked in the code, then the notes that have a place. A help's place is where its text would go. */
function relatedOf(spans: readonly unknown[], primary: unknown, children: readonly unknown[]): Location[] {
  return [
    ...spans.filter(span => span !== primary).flatMap(span => located(span, str(span, 'label'))),
    ...children.filter(child => !list(child, 'spans').some(isSuggestion)).flatMap(child => list(child, 'spans').slice(0, 1).flatMap(span => located(span, str(child, 'message')))),
  ]
}

function isSuggestion(span: unknown): boolean {
  return typeof get(span, 'suggested_replacement') === 'string'
}

/** Only what the compiler itself would apply. */
function fixOf(child: unknown): Fix[] {
  const spans = list(child, 'spans').filter(isSuggestion)
  if (spans.length === 0 || !spans.every(span => str(span, 'suggestion_applicability') === 'MachineApplicable')) return []
  const byFile = new Map<string, Replacement[]>()
  for (const span of spans) {
    const file = str(span, 'file_name')
    const [line, column, endLine, endColumn] = [num(span, 'line_start'), num(span, 'column_start'), num(span, 'line_end'), num(span, 'column_end')]
    if (file === undefined || !line || !column || !endLine || !endColumn) return []
    byFile.set(file, [...byFile.get(file) ?? [], { line, column, endLine, endColumn, text: String(get(span, 'suggested_replacement')) }])
  }
  const description = str(child, 'message')
  return [{ ...description !== undefined && { description }, changes: [...byFile].map(([file, replacements]) => ({ file, replacements })) }]
}
