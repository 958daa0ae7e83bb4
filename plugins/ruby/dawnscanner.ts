import type { JsonParser } from '../../core/contract.ts'
import { levelOf, str } from '../../core/parse/index.ts'

/** Dawnscanner's `--json`: known vulnerabilities by name, without a place. Source: its `lib/dawn/reporter.rb`. */
export const dawnscanner: JsonParser = {
  json: {
    is: head => /^\s*\{/.test(head) && /"dawn_version"\s*:/.test(head),
    each: ['vulnerabilities[]'],
    read(value, { emit }) {
      const rule = str(value, 'name')
      if (rule === undefined) return
      const severity = str(value, 'severity')
      const url = str(value, 'cve_link')
      const text = str(value, 'remediation')
      emit({
        tool: 'dawnscanner', kind: 'audit', rule, level: severity ? levelOf(severity) : 'warning', message: str(value, 'message')?.trim() ?? rule,
        ...(url || text ? { help: { ...(text ? { text } : {}), ...(url ? { url } : {}) } } : {}),
      })
    },
  },
}
