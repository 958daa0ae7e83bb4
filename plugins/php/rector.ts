import type { LineParser } from '../../core/contract.ts'
import { position } from '../../core/parse/index.ts'

const entry = /^\d{1,6}\) (?<file>(?:[A-Za-z]:)?[^:\s][^:]*\.php)(?::(?<line>\d{1,9}))?$/
const applied = /^ \* (?<rule>[A-Z]\w+Rector)(?: \(.*\))?$/
const failed = /^ ?\[ERROR\] Could not process "(?<file>[^"]+)" file(?:, due to:|\.)? ?(?<message>.*)$/

/** Rector's console text: each file with a diff and the rules that made it. Source: Rector's documentation. */
export const rector: LineParser = {
  lines({ emit }) {
    let open: { file: string; line: number | undefined; rules: string[] } | undefined
    const close = () => {
      if (open && open.rules.length > 0) emit({ tool: 'rector', kind: 'lint', level: 'warning', rule: open.rules[0], message: `would be changed: ${open.rules.join(', ')}`, file: open.file, line: open.line })
      open = undefined
    }
    return {
      line(text) {
        const groups = text.endsWith('.php') || text.includes('.php:') ? entry.exec(text)?.groups : undefined
        if (groups) {
          close()
          open = { file: groups.file ?? '', line: position(groups.line), rules: [] }
          return true
        }
        const rule = open && text.startsWith(' * ') ? applied.exec(text)?.groups?.rule : undefined
        if (open && rule !== undefined) {
          if (open.rules.length < 100) open.rules.push(rule)
          return true
        }
        if (text.startsWith('[OK]') || text.startsWith(' [')) close()
        const error = text.includes('[ERROR]') ? failed.exec(text)?.groups : undefined
        if (error) emit({ tool: 'rector', kind: 'lint', level: 'error', rule: 'not-processed', message: error.message || 'could not be processed', file: error.file })
        return error !== undefined
      },
      end: close,
    }
  },
}
