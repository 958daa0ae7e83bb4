import type { JsonParser } from '../../core/contract.ts'
import { entries, list, position, str } from '../../core/parse/index.ts'

const posn = /^(?<file>.*?):(?<line>\d+)(?::(?<column>\d+))?$/

/** `go vet -json`: package → analyzer → diagnostics, or the analyzer's own error. (golang.org/x/tools/go/analysis/internal/analysisflags) */
export const goVetJson: JsonParser = {
  json: {
    is: head => /^\{\s*"[^"\s]+":\s*\{\s*"\w+":\s*(?:\[\s*\{\s*"(?:category|posn)"|\{\s*"error")/.test(head),
    read(value, { emit }) {
      for (const [, analyzers] of entries(value)) {
        for (const [rule, said] of entries(analyzers)) {
          const failed = str(said, 'error')
          if (failed) emit({ tool: 'go-vet', kind: 'lint', rule, level: 'error', message: failed })
          if (!Array.isArray(said)) continue
          for (const one of said) {
            const groups = posn.exec(str(one, 'posn') ?? '')?.groups
            const end = posn.exec(str(one, 'end') ?? '')?.groups
            const related = list(one, 'related').flatMap(other => {
              const place = posn.exec(str(other, 'posn') ?? '')?.groups
              return place?.file ? [{ file: place.file, ...at(place), message: str(other, 'message') ?? '' }] : []
            })
            const { line: endLine, column: endColumn } = at(end)
            emit({
              tool: 'go-vet', kind: 'lint', rule, level: 'warning', message: str(one, 'message') ?? rule,
              ...(groups?.file ? { file: groups.file, ...at(groups) } : {}), ...(endLine ? { endLine } : {}), ...(endColumn ? { endColumn } : {}),
              ...(related.length ? { related } : {}),
            })
          }
        }
      }
    },
  },
}

function at(groups: Record<string, string | undefined> | undefined): { line?: number; column?: number } {
  const line = position(groups?.line)
  const column = position(groups?.column)
  return { ...(line ? { line } : {}), ...(column ? { column } : {}) }
}
