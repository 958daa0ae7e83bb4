import { levelOf, position } from '../../core/parse/index.ts'
import { longest, mayName, ruleAtEnd } from './frames.ts'
import type { Finding, LineParser } from '../../core/contract.ts'

const codeframe = /^(?<level>error|warning): (?<rest>\S.*) at (?<file>\S.*?):(?<line>\d{1,9}):(?<column>\d{1,9}):?$/
const heading = /^(?<file>(?:\/|[A-Za-z]:[\\/]|<).*)$/
const row = /^║ (?<line>\d{1,9}) +│ (?<column>\d{1,9}) +│ (?<level>error|warning) +│ (?<message>.*?) +│ (?<rule>.*?) +║$/
const wrapped = /^║ +│ +│ +│ (?<message>\S.*?) +│ (?<rule>.*?) +║$/
const ruleLine = /^ {2}(?<sign>[✘⚠×]) {2}https?:\/\/(?:eslint\.org\/docs\/rules\/|google\.com\/#q=)(?<rule>[\w@/%-]*)$/
const placeLine = /^ {5}(?<file>\S.*):(?<line>\d{1,9}):(?<column>\d{1,9})$/

/** ESLint's formats of packages beside it: codeframe, table, and eslint-friendly-formatter, which Vue's templates use. */
export const eslintFormats: LineParser = {
  lines({ emit }) {
    let file: string | undefined
    let open: Finding | undefined
    let friendly: { level: Finding['level']; rule: string | undefined; message: string } | undefined
    const flush = () => {
      if (open) emit(open)
      open = undefined
    }
    const found = (level: Finding['level'], rule: string | undefined, message: string, at: Record<string, string | undefined>): Finding => ({
      tool: 'eslint', kind: 'lint', level, rule, message, file: at.file ?? file, line: position(at.line), column: position(at.column),
    })
    return {
      line(text) {
        const c = text.charCodeAt(0)
        if (c === 0x2551) {
          const cells = row.exec(text)?.groups
          if (cells && file !== undefined) {
            flush()
            open = found(levelOf(cells.level), cells.rule?.trim() || undefined, cells.message!.trim(), cells)
          } else if (open) {
            const more = wrapped.exec(text)?.groups
            if (more) open = { ...open, message: `${open.message} ${more.message}`, rule: more.rule?.trim() ? `${open.rule ?? ''}${more.rule.trim()}` : open.rule }
          }
          return open !== undefined
        }
        flush()
        if (c === 0x2554) file = undefined
        if (mayName(text) && heading.test(text)) file = text
        const framed = (c === 101 || c === 119) && text.length <= longest && text.includes(' at ') ? codeframe.exec(text)?.groups : undefined
        if (framed) {
          const { message, rule } = ruleAtEnd(framed.rest ?? '')
          if (rule === undefined && !message.startsWith('Parsing error: ')) return
          emit(found(levelOf(framed.level), rule, message, framed))
          return true
        }
        if (c !== 32) return
        const begins = text.includes('://') ? ruleLine.exec(text)?.groups : undefined
        if (begins) {
          friendly = { level: begins.sign === '⚠' ? 'warning' : 'error', rule: begins.rule === 'null' ? undefined : begins.rule?.replaceAll('%2F', '/').replaceAll('%40', '@') || undefined, message: '' }
          return true
        }
        if (!friendly || !text.startsWith('     ')) return
        const at = friendly.message ? placeLine.exec(text)?.groups : undefined
        if (at) {
          emit(found(friendly.level, friendly.rule, friendly.message, at))
          friendly = undefined
        } else if (text.trim() && friendly.message.length < 2000) friendly.message = `${friendly.message} ${text.trim()}`.trim()
        return true
      },
      end: flush,
    }
  },
}
