import type { JsonParser } from '../../core/contract.ts'
import { list, num, position, str } from '../../core/parse/index.ts'
import { levelOfPriority } from './pmd.ts'

/** PMD's renderer `json`, formatVersion 0. */
export const pmdJson: JsonParser = {
  json: {
    is: head => /^\s*\{\s*"formatVersion"/.test(head) && head.includes('"pmdVersion"'),
    each: ['files[]', 'processingErrors[]'],
    read(value, { emit }, path) {
      const file = str(value, 'filename')
      if (path === 'processingErrors[]') {
        emit({ tool: 'pmd', kind: 'lint', level: 'error', rule: 'processing-error', message: str(value, 'message') ?? 'could not be processed', ...file && { file } })
        return
      }
      for (const one of list(value, 'violations')) {
        const [line, column, endLine, last] = ['beginline', 'begincolumn', 'endline', 'endcolumn'].map(key => position(num(one, key)))
        const [rule, url] = [str(one, 'rule'), str(one, 'externalInfoUrl')]
        emit({
          tool: 'pmd', kind: 'lint', level: levelOfPriority(num(one, 'priority')), message: str(one, 'description') ?? rule ?? 'violation',
          ...rule && { rule }, ...file && { file }, ...line && { line }, ...column && { column }, ...endLine && { endLine }, ...column && last && { endColumn: last + 1 }, ...url && { help: { url } },
        })
      }
    },
  },
}
