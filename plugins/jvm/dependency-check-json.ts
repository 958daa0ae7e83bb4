import type { JsonParser } from '../../core/contract.ts'
import { list, num, severityOf, str } from '../../core/parse/index.ts'
import { packageOf, packageOfFile } from './grammar/advisory.ts'
import { besideBuild, levelOfScore } from './dependency-check-xml.ts'

/** OWASP dependency-check's report in JSON. Suppressed vulnerabilities stand in a list of their own. */
export const dependencyCheckJson: JsonParser = {
  reports: ['**/target/dependency-check-report.json', '**/build/reports/dependency-check-report.json'],
  json: {
    is: head => head.includes('"reportSchema"') && (head.includes('"scanInfo"') || head.includes('"projectInfo"')),
    each: ['dependencies[]'],
    read(value, { emit, report }) {
      const fileName = str(value, 'fileName') ?? 'unknown'
      // Beside a build the console names the same, without a file; both are one finding.
      const file = besideBuild.test(report ?? '') ? undefined : str(value, 'filePath')
      const known = list(value, 'packages').map(one => packageOf(str(one, 'id'))).find(one => one !== undefined) ?? packageOfFile(fileName)
      for (const one of list(value, 'vulnerabilities')) {
        const name = str(one, 'name') ?? 'unknown'
        const score = num(one, 'cvssv4', 'baseScore') ?? num(one, 'cvssV4', 'baseScore') ?? num(one, 'cvssv3', 'baseScore') ?? num(one, 'cvssv2', 'score') ?? num(one, 'cvssScore') ?? severityOf(str(one, 'severity'))
        const fixed = str(one, 'vulnerableSoftware', 0, 'software', 'versionEndExcluding')
        const url = list(one, 'references').map(reference => str(reference, 'url')).find(found => found !== undefined)
        const description = str(one, 'description')
        emit({
          tool: 'dependency-check', kind: 'audit', level: levelOfScore(score), rule: name,
          message: `${known.package}${known.installed ? ` ${known.installed}` : ''}: ${name}${description ? `: ${description.split('\n', 1)[0]!.slice(0, 500)}` : ''}`,
          ...file && { file },
          advisory: { ids: [name], ...known, ...fixed && { fixed }, ...score !== undefined && { severity: score }, ...url && { url } },
        })
      }
    },
  },
}
