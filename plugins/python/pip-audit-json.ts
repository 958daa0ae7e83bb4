import type { JsonParser } from '../../core/contract.ts'
import { list, str } from '../../core/parse/index.ts'
import { found } from './pip-audit.ts'

/** `pip-audit -f json`: since 2.0 an object with `dependencies`, before that an array. Source: pip-audit's README. */
export const pipAuditJson: JsonParser = {
  json: {
    is: head => /^\s*(?:\[\s*\{\s*"name"\s*:|\{\s*"dependencies"\s*:\s*\[\s*(?:\{\s*"name"\s*:|\]\s*,\s*"fixes"))/.test(head)
      && /"(?:vulns|skip_reason|fixes)"\s*:/.test(head),
    each: ['[]', 'dependencies[]'],
    read(value, { emit }) {
      const name = str(value, 'name')
      if (name === undefined) return
      for (const one of list(value, 'vulns')) {
        const id = str(one, 'id')
        if (id === undefined) continue
        emit(found({
          package: name, id, installed: str(value, 'version'),
          fixed: words(list(one, 'fix_versions')), aliases: words(list(one, 'aliases')), text: str(one, 'description'),
        }))
      }
    },
  },
}

function words(values: readonly unknown[]): string[] {
  return values.filter((value): value is string => typeof value === 'string')
}
