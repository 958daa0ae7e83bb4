import type { LineParser } from '../../core/contract.ts'
import { isSource } from './grammar/sources.ts'

/** include-what-you-use: `x.cc should add these lines:` and `should remove these lines:`, each line one finding. */
export const iwyu: LineParser = {
  lines({ emit }) {
    let block: { file: string; word: 'add' | 'remove' } | undefined
    return {
      line(text) {
        const head = text.endsWith(' these lines:') ? /^(?<file>\S.{0,1000}?) should (?<word>add|remove) these lines:$/.exec(text)?.groups : undefined
        if (head && isSource(head['file']!)) {
          block = { file: head['file']!, word: head['word'] === 'add' ? 'add' : 'remove' }
          return true
        }
        if (!block) return false
        const removed = /^- (?<code>.{1,1000}?)\s{0,8}\/\/ lines (?<line>\d{1,9})-(?<endLine>\d{1,9})$/.exec(text)?.groups
        if (text === '' || text.startsWith('The full include-list for ')) block = undefined
        else if (removed) emit({ tool: 'include-what-you-use', kind: 'lint', level: 'note', rule: 'remove', message: `should remove: ${removed['code']}`, file: block.file, line: Number(removed['line']) || 1, endLine: Number(removed['endLine']) || 1 })
        else if (block.word === 'add') emit({ tool: 'include-what-you-use', kind: 'lint', level: 'note', rule: 'add', message: `should add: ${text}`, file: block.file })
        return block !== undefined
      },
    }
  },
}
