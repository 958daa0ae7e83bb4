import type { JsonParser } from '../../core/contract.ts'
import { list, num, str } from '../../core/parse/index.ts'

/** `nancy sleuth --output json`: one finding per vulnerability of a package (sonatype-nexus-community/nancy, internal/audit). */
export const nancy: JsonParser = {
  json: {
    is: head => /^\{\s*"(?:audited|vulnerable|num_audited)"\s*:/.test(head) && /"Coordinates"\s*:|"num_vulnerable"\s*:/.test(head),
    each: ['vulnerable[]'],
    read(one, { emit }) {
      const groups = /^pkg:golang\/(?<name>[^@]+)@(?<version>.+)$/.exec(str(one, 'Coordinates') ?? '')?.groups
      const name = groups?.name ?? str(one, 'Coordinates') ?? 'unknown'
      for (const hit of list(one, 'Vulnerabilities')) {
        if ((hit as { Excluded?: unknown } | null)?.Excluded === true) continue
        const ids = [str(hit, 'Cve'), str(hit, 'ID'), str(hit, 'Id')].filter(id => id !== undefined)
        const score = num(hit, 'CvssScore')
        const url = str(hit, 'Reference')
        emit({
          tool: 'nancy', kind: 'audit', rule: ids[0] ?? 'nancy', level: score === undefined || score >= 7 ? 'error' : score >= 4 ? 'warning' : 'note',
          message: str(hit, 'Title') ?? str(hit, 'Description') ?? ids[0] ?? name, file: 'go.mod',
          advisory: {
            ids: ids.length ? ids : ['unknown'], package: name, ecosystem: 'Go',
            ...(groups?.version ? { installed: groups.version } : {}), ...(score === undefined ? {} : { severity: score }), ...(url ? { url } : {}),
          },
          ...(url ? { help: { url } } : {}),
        })
      }
    },
  },
}
