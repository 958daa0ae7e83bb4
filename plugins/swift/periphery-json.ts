import type { JsonParser } from '../../core/contract.ts'
import { list, position, str } from '../../core/parse/index.ts'

const words: Readonly<Record<string, string>> = {
  unused: 'is unused', assignOnlyProperty: 'is assigned, but never used', redundantPublicAccessibility: 'is public without need', redundantProtocol: 'is redundant as it is never used as an existential type', redundantConformance: 'conforms without need',
}

/** `periphery scan --format json`. */
export const peripheryJson: JsonParser = {
  json: {
    is: head => /^\[\s*\{/.test(head) && /"hints"\s*:\s*\[/.test(head) && /"location"\s*:\s*"/.test(head),
    each: ['[]'],
    read(value, { emit }) {
      const groups = /^(?<file>.{1,1000}):(?<line>\d{1,9}):(?<column>\d{1,9})$/.exec(str(value, 'location') ?? '')?.groups
      const hint = list(value, 'hints').find(one => typeof one === 'string') ?? 'unused'
      const [line, column] = [position(groups?.['line']), position(groups?.['column'])]
      emit({
        tool: 'periphery', kind: 'lint', level: 'warning', rule: String(hint), message: `${str(value, 'kind') ?? 'declaration'} '${str(value, 'name') ?? '?'}' ${words[String(hint)] ?? hint}`,
        ...groups && { file: groups['file']!, ...line && { line, ...column && { column } } },
      })
    },
  },
}
