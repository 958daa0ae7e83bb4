import type { LineParser } from '../../core/contract.ts'
import { levelOf, severityOf } from '../../core/parse/index.ts'
import { ecosystemOf } from './packages.ts'

const names = ['NAME', 'INSTALLED', 'FIXED-IN', 'TYPE', 'VULNERABILITY', 'SEVERITY'] as const
type Name = typeof names[number]

/**
 * Grype's table: columns without lines, aligned under their headings. Before 0.34 it had no TYPE, since 0.90 EPSS and RISK follow.
 * What was suppressed, and is shown on request, is no finding.
 */
export const grypeText: LineParser = {
  lines({ emit }) {
    let columns: { name: string; from: number; to: number }[] | undefined
    return {
      line(text) {
        if (/^NAME {2,}INSTALLED {2,}/.test(text) && text.length < 1000) {
          const heads = [...text.matchAll(/\S+/g)]
          columns = heads.map((head, index) => ({ name: head[0], from: head.index, to: heads[index + 1]?.index ?? Infinity }))
          if (!names.every(name => name === 'TYPE' || columns?.some(column => column.name === name))) columns = undefined
          return columns !== undefined
        }
        if (!columns) return
        const cell = (name: Name) => {
          const column = columns?.find(one => one.name === name)
          return column ? text.slice(column.from, column.to).trim() : ''
        }
        const [name, installed, fixed, id, severity] = [cell('NAME'), cell('INSTALLED'), cell('FIXED-IN').replaceAll('*', ''), cell('VULNERABILITY'), cell('SEVERITY')]
        if (!/^[A-Z][\w-]{2,20}-[\w.:-]{2,60}$/.test(id) || name === '' || !/^[A-Za-z]/.test(severity)) {
          columns = undefined
          return
        }
        if (/\(suppressed/.test(text)) return true
        const word = severity.split(' ')[0]
        const score = severityOf(word)
        emit({
          tool: 'grype', kind: 'audit', rule: id, level: levelOf(word), message: `${name} ${installed} is vulnerable to ${id}`,
          advisory: {
            ids: [id], package: name, ecosystem: ecosystemOf(cell('TYPE') || undefined), ...(installed ? { installed } : {}),
            ...(/^\d/.test(fixed) ? { fixed } : {}), ...(score === undefined ? {} : { severity: score }),
          },
        })
        return true
      },
    }
  },
}
