import type { LineParser } from '../../core/contract.ts'
import { position } from '../../core/parse/index.ts'
import { levelOfPriority } from './pmd.ts'

const header = /^"Problem","Package","File","Priority","Line","Description","Rule set","Rule"$/
const cell = /"((?:[^"]|"")*)"/g

/** PMD's renderer `csv`. */
export const pmdCsv: LineParser = {
  lines({ emit }) {
    let inside = false
    return {
      line(text) {
        if (header.test(text)) return inside = true
        if (!inside) return false
        if (!/^"\d/.test(text)) return inside = false
        const cells = [...text.matchAll(cell)].map(found => (found[1] ?? '').replaceAll('""', '"'))
        if (cells.length !== 8) return inside = false
        const [, , file, priority, line, message, , rule] = cells
        const at = position(line)
        emit({ tool: 'pmd', kind: 'lint', level: levelOfPriority(priority), message: message || rule || 'violation', ...rule && { rule }, ...file && { file }, ...at && { line: at } })
        return true
      },
    }
  },
}
