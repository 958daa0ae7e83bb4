import type { LineParser } from '../../core/contract.ts'
import { columnsOf, cellsOf, isBorder } from './table.ts'
import { ecosystemOf } from './packages.ts'

const headings = { url: /^OSV URL/i, score: /^CVSS$/i, ecosystem: /^ecosystem$/i, package: /^package$/i, version: /^version$/i, fixed: /^fixed version$/i, source: /^source$/i } as const
type Column = keyof typeof headings
const link = /^https:\/\/osv\.dev\/(?:vulnerability\/)?(?<id>[\w.:-]{3,80})$/

/**
 * OSV-Scanner's table and its Markdown: a row for each group of aliases, whose further links stand in the first cell of rows that are
 * empty else. Vulnerable code that is never called stands below a row that says so.
 */
export const osvScannerText: LineParser = {
  lines({ emit }) {
    let at: Partial<Record<Column, number>> | undefined
    let row: { ids: string[]; cells: readonly string[]; idle: boolean } | undefined
    let idle = false
    const flush = () => {
      const { ids = [], cells = [], idle = false } = row ?? {}
      row = undefined
      const cell = (name: Column) => cells[at?.[name] ?? -1] ?? ''
      const [name, file, installed, fixed] = [cell('package').replace(/ \(dev\)$/, ''), cell('source'), cell('version'), cell('fixed')]
      const [id] = ids
      if (id === undefined || name === '') return
      const severity = /^\d{1,2}(?:\.\d)?$/.test(cell('score')) ? Number(cell('score')) : undefined
      const url = `https://osv.dev/${id}`
      emit({
        tool: 'osv-scanner', kind: 'audit', rule: id, level: idle ? 'note' : severity === undefined ? 'warning' : severity >= 7 ? 'error' : severity >= 4 ? 'warning' : 'note',
        message: `${name} ${installed} is vulnerable to ${ids.join(', ')}${idle ? ', in code that is not called' : ''}`,
        ...(file ? { file } : {}),
        advisory: {
          ids, package: name, ecosystem: ecosystemOf(cell('ecosystem') || undefined), ...(installed ? { installed } : {}), ...(/^\d/.test(fixed) ? { fixed } : {}),
          ...(severity === undefined ? {} : { severity }), url,
        },
        help: { url },
      })
    }
    return {
      line(text) {
        const cells = cellsOf(text)
        if (!cells) {
          if (at && !text.startsWith('╭') && isBorder(text)) return true
          flush()
          at = undefined
          idle = false
          return
        }
        const head = columnsOf(cells, headings, ['url', 'ecosystem', 'package', 'source'])
        if (head) {
          flush()
          at = head
          idle = false
        }
        if (!at || head) return at !== undefined
        const id = link.exec(cells[at.url ?? 0] ?? '')?.groups?.id
        if (id === undefined) {
          if (/^(?:Uncalled|Unimportant) vulnerabilities$/i.test(cells[0] ?? '')) {
            flush()
            idle = true
          }
          return true
        }
        if (row && cells.every((cell, index) => index === at?.url || cell === '')) row.ids.push(id)
        else {
          flush()
          row = { ids: [id], cells, idle }
        }
        return true
      },
      end: flush,
    }
  },
}
