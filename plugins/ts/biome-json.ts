import { get, levelOf, list, num, position, str } from '../../core/parse/index.ts'
import type { Finding, JsonParser } from '../../core/contract.ts'

interface Point {
  line: number | undefined
  column: number | undefined
}

/** Biome's `--reporter=json`: `diagnostics` with a place each (2.x), or with a path and a span of bytes into the source (1.x). */
export const biomeJson: JsonParser = {
  json: {
    is: head => /"diagnostics"\s*:/.test(head) && /"(?:suggestedFixesSkipped|diagnosticsNotPrinted|scannerDuration|category)"\s*:/.test(head) && !/"bytePos"/.test(head),
    each: ['diagnostics[]'],
    read(value, context) {
      const rule = str(value, 'category')
      const message = str(value, 'message') ?? str(value, 'description')
      if (rule === undefined || message === undefined) return
      const [start, end] = points(value)
      context.emit({
        tool: 'biome', rule, level: levelOf(str(value, 'severity')), kind: kindOf(rule), message,
        file: str(value, 'location', 'path') ?? str(value, 'location', 'path', 'file'),
        line: start.line, column: start.column, endLine: end.line, endColumn: end.column,
      })
    },
  },
}

function points(value: unknown): readonly [Point, Point] {
  const source = str(value, 'location', 'sourceCode')
  const span = list(value, 'location', 'span')
  if (source !== undefined && span.length === 2) return [at(source, num(span, 0) ?? 0), at(source, num(span, 1) ?? 0)]
  return [point(get(value, 'location', 'start')), point(get(value, 'location', 'end'))]
}

function point(value: unknown): Point {
  return { line: position(num(value, 'line')), column: position(num(value, 'column')) }
}

function at(source: string, byte: number): Point {
  const before = Buffer.from(source).subarray(0, byte).toString().split('\n')
  return { line: before.length, column: (before.at(-1) ?? '').length + 1 }
}

function kindOf(rule: string): Finding['kind'] {
  return /^(?:format|organizeImports|assist)\b/.test(rule) ? 'format' : 'lint'
}
