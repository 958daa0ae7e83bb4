import type { JsonParser } from '../../core/contract.ts'
import { list, str } from '../../core/parse/index.ts'
import { advisoryOf } from './grammar/advisory.ts'

/** `dotnet list package --vulnerable --format json` (since .NET 8 also `dotnet package list`). What could not be asked is a problem, and no clean bill. */
export const nugetJson: JsonParser = {
  json: {
    is: head => head.startsWith('{') && /"parameters"\s*:\s*"[^"]*--vulnerable/.test(head.slice(0, 4096)),
    each: ['projects[]', 'problems[]'],
    read(value, { emit }, path) {
      if (path === 'problems[]') {
        const message = str(value, 'text')
        const project = str(value, 'project')
        if (message && str(value, 'level') !== 'warning') emit({ tool: 'nuget', rule: 'problem', level: 'error', kind: 'audit', message, ...project && { file: project } })
        return
      }
      const file = str(value, 'path')
      for (const framework of list(value, 'frameworks')) {
        for (const one of [...list(framework, 'topLevelPackages'), ...list(framework, 'transitivePackages')]) {
          const name = str(one, 'id')
          const installed = str(one, 'resolvedVersion')
          for (const vulnerability of name ? list(one, 'vulnerabilities') : []) {
            const [severity, url] = [str(vulnerability, 'severity'), str(vulnerability, 'advisoryurl') ?? str(vulnerability, 'advisoryUrl')]
            const advisory = advisoryOf({ package: name!, ...installed && { installed }, ...severity && { severity }, ...url && { url } })
            emit({
              tool: 'nuget', kind: 'audit', level: levelOf(severity), message: `${name} ${installed ?? ''} has a known vulnerability of ${severity?.toLowerCase() ?? 'unknown'} severity`,
              ...advisory.ids[0] && { rule: advisory.ids[0] }, ...file && { file }, advisory,
            })
          }
        }
      }
    },
  },
}

/** NuGet's audit: high and critical are errors of severity, whatever fails the build. */
export function levelOf(severity: string | undefined): 'error' | 'warning' | 'note' {
  switch (severity?.toLowerCase()) {
    case 'critical': case 'high': return 'error'
    case 'low': return 'note'
    default: return 'warning'
  }
}
