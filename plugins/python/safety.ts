import type { JsonParser } from '../../core/contract.ts'
import { get, list, num, severityOf, str } from '../../core/parse/index.ts'

/**
 * `safety check --json`: since 2.0 an object with `vulnerabilities`, before that an array of arrays
 * `[package, affected, installed, text, id]`. Source: Safety's documentation, "Output".
 */
export const safety: JsonParser = {
  json: {
    is: head => head.includes('"report_meta"') || /"(?:vulnerability_id|analyzed_version)"\s*:/.test(head)
      || /^\s*\[\s*\[\s*"[\w.-]+"\s*,\s*"\s*[<>=!~][^"]*"\s*,\s*"[^"]*"\s*,\s*"/.test(head),
    each: ['[]', 'vulnerabilities[]'],
    read(value, { emit }) {
      const at = (name: string, index: number) => str(value, name) ?? str(value, index)
      const name = at('package_name', 0)
      const id = at('vulnerability_id', 4)
      const text = at('advisory', 3)
      if (name === undefined || id === undefined || get(value, 'ignored') === true) return
      const cve = str(value, 'CVE') ?? str(value, 'CVE', 'name')
      const score = num(value, 'severity', 'cvssv3', 'base_score') ?? num(value, 'severity', 'cvssv2', 'base_score')
      emit({
        tool: 'safety', kind: 'audit', rule: cve ?? id, level: 'error', message: text ?? `${name} has a known vulnerability`,
        advisory: {
          ids: [...(cve ? [cve] : []), /^\d+$/.test(id) ? `SFTY-${id}` : id],
          package: name, ecosystem: 'PyPI', installed: at('analyzed_version', 2),
          fixed: str(list(value, 'fixed_versions')[0]), severity: score ?? severityOf(str(value, 'severity')),
          url: str(value, 'more_info_url'),
        },
      })
    },
  },
}
