import type { JsonParser } from '../../core/contract.ts'
import { fromRuff } from './ruff-json.ts'

/** `ruff check --output-format json-lines`: every finding is a document. */
export const ruffLines: JsonParser = {
  json: {
    is: head => /^\s*\{\s*"(?:cell|code|end_location|filename)"\s*:/.test(head) && head.includes('"filename"') && /"row"\s*:/.test(head),
    read(value, { emit }) {
      const finding = fromRuff(value)
      if (finding) emit(finding)
    },
  },
}
