import type { LineParser } from '../../core/contract.ts'
import { csvCells, position } from '../../core/parse/index.ts'
import { warned } from './brakeman-json.ts'

const mostLines = 100

/** `brakeman -f csv`: the header names the columns; code may go over several lines. Before 5.0 the columns were others, and named no file. */
export const brakemanCsv: LineParser = {
  lines({ emit }) {
    let header: string[] | undefined
    let open: string[] = []
    return {
      line(text) {
        if (text.startsWith('Confidence,')) {
          const cells = csvCells(text)
          if (cells.includes('Warning Type') && cells.includes('Message')) header = cells
          open = []
          return header !== undefined
        }
        if (!header) return false
        if (open.length === 0 && !/^"?(?:High|Medium|Weak)"?,/.test(text)) {
          header = undefined
          return false
        }
        open.push(text)
        const record = open.join('\n')
        if (quotes(record) % 2 === 1 && open.length < mostLines && record.length < 65_536) return true
        open = []
        const cells = csvCells(record)
        const of = (name: string) => cells[header?.indexOf(name) ?? -1] || undefined
        emit(warned({
          rule: of('Warning Type') ?? 'warning', message: of('Message') ?? '', confidence: of('Confidence'), file: of('File'), line: position(of('Line')), url: of('Link'), code: of('Code'),
        }))
        return true
      },
    }
  },
}

function quotes(text: string): number { return text.split('"').length - 1 }
