import type { LineParser } from '../../core/contract.ts'
import { ownPlaces, placeIn } from './own.ts'
import { said } from './places.ts'

const known = ownPlaces('go-vet', one => ({ tool: 'go-vet', kind: 'lint', level: 'warning', ...(one.rule ? { rule: one.rule } : {}), message: one.message, ...placeIn(one) }))

/** `go vet`: its analyzers' known words anywhere, and whatever stands below its own header `# [package]`. */
export const goVet: LineParser = {
  lines(context) {
    const reader = known.lines(context)
    let section = false
    return {
      line(text) {
        if (text.startsWith('# ')) {
          section = /^# \[\S+\]$/.test(text)
          return section
        }
        const one = said(text)
        if (!section || !one || one.tool !== 'go') return reader.line(text)
        // A package that does not compile is vetted by the compiler's words.
        if (text.startsWith('vet: ')) return false
        context.emit({ tool: 'go-vet', kind: 'lint', level: 'warning', message: one.message, ...placeIn(one) })
        return true
      },
      end: () => reader.end?.(),
    }
  },
}
