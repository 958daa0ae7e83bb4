import { position } from '../../core/parse/index.ts'
import { perPackage } from './monorepo.ts'
import type { Finding, Level, LineParser } from '../../core/contract.ts'

const place = /^(?<file>.+?)(?::(?<line>\d+):(?<column>\d+))?$/
const category = /^(?:lint|assist|syntax|suppressions|parse|format|organizeImports|deserialize|configuration|internalError|files|plugin)(?:\/[\w/-]+)?$/
const said = /^ {2}(?<sign>[×✖✘!⚠iℹ]) (?<message>\S.*)$/
const levels: Readonly<Record<string, Level>> = { '×': 'error', '✖': 'error', '✘': 'error', '!': 'warning', '⚠': 'warning', i: 'note', 'ℹ': 'note' }

/**
 * Biome's own reporter: `src/a.js:1:2 lint/suspicious/noX  FIXABLE  ━━━━`, then a sign with the message, then frames.
 * Headings without a file (`check ━━━`, `reporter/violations ━━━`) are its summary.
 */
export const biome: LineParser = perPackage({
  lines(context) {
    let open: Finding | undefined
    const close = () => {
      if (open) context.emit(open)
      open = undefined
    }
    return {
      line(text) {
        if (text.charCodeAt(text.length - 1) === 0x2501 && text.endsWith('━━━')) {
          close()
          open = heading(text)
          return open !== undefined
        }
        const groups = open && said.exec(text)?.groups
        if (!open || !groups) return
        context.emit({ ...open, level: levels[groups.sign ?? ''] ?? 'error', message: groups.message ?? '' })
        open = undefined
        return true
      },
      end: close,
    }
  },
})

function heading(text: string): Finding | undefined {
  const words = text.split(' ').filter(word => word && !word.startsWith('━'))
  const at = words.findIndex((word, index) => index > 0 && category.test(word))
  const where = at < 0 ? undefined : place.exec(words.slice(0, at).join(' '))?.groups
  const rule = words[at]
  if (!where || !rule) return undefined
  return {
    tool: 'biome', rule, level: 'error', kind: kindOf(rule), message: rule,
    file: where.file, line: position(where.line), column: position(where.column),
  }
}

function kindOf(rule: string): Finding['kind'] {
  return /^(?:format|organizeImports|assist)\b/.test(rule) ? 'format' : 'lint'
}
