import type { Finding, LineParser } from '../../core/contract.ts'
import { position } from '../../core/parse/index.ts'

const begin = /^ ?\d{1,6}\. (?<file>(?:[A-Za-z]:)?[^:\s"$(][^:"$(]*\.(?:php\d?|phtml|inc)):(?<line>\d{1,9})$/
const code = /^ *>? *\d+[:|]/
const mostCode = 40

/** overtrue/phplint's console text: a numbered place, some code, then what is wrong. Source: phplint's README. */
export const phplint: LineParser = {
  lines({ emit }) {
    let pending: Finding | undefined
    let left = 0
    const flush = (message?: string) => {
      if (pending) emit({ ...pending, message: message?.replace(/ in line \d+\.?$/, '') ?? 'syntax error' })
      pending = undefined
    }
    return {
      line(text) {
        const groups = text.includes('. ') ? begin.exec(text)?.groups : undefined
        if (groups) {
          flush()
          pending = { tool: 'phplint', kind: 'build', level: 'error', rule: 'Parse error', message: '', file: groups.file, line: position(groups.line) }
          left = mostCode
          return true
        }
        if (!pending) return false
        if (!code.test(text) && text.trim() !== '') flush(text.trim())
        else if (--left === 0) flush()
        return true
      },
      end: () => flush(),
    }
  },
}
