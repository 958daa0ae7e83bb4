import type { LineParser } from '../../core/contract.ts'
import { levelOf, severityOf } from '../../core/parse/index.ts'
import { ecosystemOf } from './packages.ts'
import { cellsOf, columnsOf, isBorder } from './table.ts'

const columns = { library: /^library$/i, id: /^vulnerability(?: id)?$/i, severity: /^severity$/i, installed: /^installed version$/i, fixed: /^fixed version$/i, title: /^title$/i } as const
type Column = keyof typeof columns
const identifier = /^[A-Z][A-Za-z]{1,12}-[\w:.-]{3,60}$/

/**
 * Trivy's table of vulnerabilities, in today's box lines and in the `+---+` of before 0.20. Cells that span rows are printed once: an empty
 * one means the same as above, except that a title goes on. The target stands above, `package-lock.json (npm)`.
 */
export const trivyText: LineParser = {
  lines({ emit }) {
    let target: string | undefined
    let last = ''
    let at: Partial<Record<Column, number>> | undefined
    let row: Partial<Record<Column, string>> = {}
    const flush = () => {
      const { id, ...rest } = row
      const { library, severity: word, installed, fixed, title } = rest
      const { file, type } = /^(?<file>.*?)(?: \((?<type>[^()]*)\))?$/.exec(target ?? '')?.groups ?? {}
      row = rest
      if (!id || !library) return
      const url = /https?:\/\/\S+$/.exec(title ?? '')?.[0]
      const said = (title ?? '').replace(/ ?(?:-->)?https?:\/\/\S+$/, '').trim()
      const severity = severityOf(word)
      const isFile = file !== undefined && !/^(?:Node\.js|Python|Ruby|Java|PHP)$/.test(file) && !/ /.test(type ?? '')
      emit({
        tool: 'trivy', kind: 'audit', rule: id, level: levelOf(word), message: said || `${library} ${installed ?? ''} is vulnerable to ${id}`,
        ...(isFile && file ? { file } : {}),
        advisory: {
          ids: [id], package: library, ecosystem: ecosystemOf(type), ...(installed ? { installed } : {}), ...(fixed ? { fixed } : {}),
          ...(severity === undefined ? {} : { severity }), ...(url ? { url } : {}),
        },
      })
    }
    return {
      line(text) {
        const c = text.charCodeAt(0)
        if (c !== 0x2502 && c !== 0x7c && c !== 0x2b && !(c >= 0x2500 && c <= 0x257f)) {
          if (at) flush()
          at = undefined
          if (/^Total: \d+ \(/.test(text)) target = last
          else if (text.trim() !== '' && !/^[=\s]+$/.test(text)) last = text.trim()
          return
        }
        if (target === undefined) return
        if (isBorder(text)) return at !== undefined
        const cells = cellsOf(text) ?? []
        if (!at) {
          at = columnsOf(cells, columns, ['library', 'id', 'severity'])
          row = {}
          return at !== undefined
        }
        const cell = (name: Column) => cells[at?.[name] ?? -1] ?? ''
        if (identifier.test(cell('id'))) {
          flush()
          for (const name of ['library', 'id', 'severity', 'installed', 'fixed'] as const) row[name] = cell(name) || row[name] || ''
          row.title = cell('title')
        } else if (cell('title')) row.title = `${row.title ?? ''} ${cell('title')}`
        return true
      },
      end: flush,
    }
  },
}
