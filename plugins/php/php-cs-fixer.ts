import type { LineParser } from '../../core/contract.ts'

const entry = /^ {1,6}\d{1,6}\) (?<file>(?:[A-Za-z]:)?\S.*?)(?: \((?<fixers>[\w/]+(?:, [\w/]+)*)\))?$/
const source = /\.(?:php\d?|phtml|inc|module|install|theme|phpt|dist)$/
const closing = /^(?:Found|Fixed|Checked|Files that were not fixed|\(dry-run\)|Loaded config|Using cache|Running analysis)/
const unfixed = /^Files that were not fixed due to errors reported during (?<phase>\w+[ \w]*):$/

/**
 * PHP CS Fixer's text: the files that are, or would be, changed, with the fixers when it was asked with `-v`; what could not be linted is an error.
 * Diffs between them are passed over. Source: PHP CS Fixer's doc/usage.rst.
 */
export const phpCsFixer: LineParser = {
  lines({ emit }) {
    let broken: string | undefined
    return {
      line(text) {
        const c = text.charCodeAt(0)
        if (c === 70) {
          broken = unfixed.exec(text)?.groups?.phase
          return broken !== undefined
        }
        if (c !== 32) {
          if (closing.test(text)) broken = undefined
          return false
        }
        const groups = text.includes(') ') ? entry.exec(text.slice(0, 8000))?.groups : undefined
        const file = groups?.file ?? ''
        if (!source.test(file)) return false
        const [rule] = groups?.fixers?.split(', ') ?? []
        if (broken) emit({ tool: 'php-cs-fixer', kind: 'format', level: 'error', rule: 'not-fixed', message: `not fixed: error during ${broken}`, file })
        else emit({ tool: 'php-cs-fixer', kind: 'format', level: 'warning', rule, message: groups?.fixers ? `would be changed: ${groups.fixers}` : 'would be changed', file })
        return true
      },
    }
  },
}
