import type { JsonParser } from '../../core/contract.ts'
import { list, str } from '../../core/parse/index.ts'
import { smelly } from './reek.ts'

/** `reek --format json`. Source: Reek's docs/Reek-4-to-Reek-5-Migration and README. */
export const reekJson: JsonParser = {
  json: {
    is: head => /^\s*\[\s*\{/.test(head) && /"smell_(?:type|category)"\s*:/.test(head) && /"source"\s*:/.test(head),
    each: ['[]'],
    read(value, { emit }) {
      const file = str(value, 'source')
      const rule = str(value, 'smell_type') ?? str(value, 'smell_category')
      if (file === undefined || rule === undefined) return
      const lines = list(value, 'lines').filter(line => typeof line === 'number').slice(0, 100)
      const message = [str(value, 'context'), str(value, 'message')].filter(Boolean).join(' ')
      emit(smelly({ file, rule, message, lines, url: str(value, 'documentation_link') ?? str(value, 'wiki_link') }))
    },
  },
}
