import type { Level, XmlElement, XmlParser } from '../../core/contract.ts'
import { child, children, severityOf } from '../../core/parse/index.ts'
import { packageOf, packageOfFile } from './grammar/advisory.ts'

/** A report that a build has written, of which the console speaks as well. */
export const besideBuild = /(?:^|\/)(?:target|build\/reports)\/dependency-check-report\.(?:json|xml)$/

/** OWASP dependency-check's report in XML, schemas 1.x to 4.x. */
export const dependencyCheckXml: XmlParser = {
  reports: ['**/target/dependency-check-report.xml', '**/build/reports/dependency-check-report.xml'],
  xml: {
    is: head => /dependency-check\.\d|<analysis[\s>][^]*<scanInfo>/i.test(head.slice(0, 16_384)),
    each: ['dependency'],
    read(dependency, _, { emit, report }) {
      const fileName = textOf(dependency, 'fileName') ?? 'unknown'
      const file = besideBuild.test(report ?? '') ? undefined : textOf(dependency, 'filePath')
      const known = packageIn(child(dependency, 'identifiers')) ?? packageOfFile(fileName)
      const holder = child(dependency, 'vulnerabilities')
      for (const one of holder ? children(holder, 'vulnerability') : []) {
        const name = textOf(one, 'name') ?? 'unknown'
        const score = scoreOf(one)
        const description = textOf(one, 'description')
        const references = child(one, 'references')
        const url = references && children(references, 'reference').map(reference => textOf(reference, 'url')).find(found => found !== undefined)
        emit({
          tool: 'dependency-check', kind: 'audit', level: levelOfScore(score), rule: name,
          message: `${known.package}${known.installed ? ` ${known.installed}` : ''}: ${name}${description ? `: ${description.split('\n', 1)[0]!.slice(0, 500)}` : ''}`,
          ...file && { file },
          advisory: { ids: [name], ...known, ...score !== undefined && { severity: score }, ...url && { url } },
        })
      }
    },
  },
}

function textOf(element: XmlElement, name: string): string | undefined {
  return child(element, name)?.text.trim() || undefined
}

/** `<package><id>pkg:maven/…</id>` since schema 2; before it `<identifier type="maven"><name>(group:artifact:version)`. */
function packageIn(identifiers: XmlElement | undefined): ReturnType<typeof packageOf> {
  for (const one of identifiers?.children ?? []) {
    const found = packageOf(textOf(one, 'id'))
    if (found) return found
    const coordinates = one.attributes.type === 'maven' ? /^\(?(?<group>[^:()]{1,200}):(?<artifact>[^:()]{1,200}):(?<version>[^:()]{1,100})\)?$/.exec(textOf(one, 'name') ?? '')?.groups : undefined
    if (coordinates) return { package: `${coordinates.group}:${coordinates.artifact}`, installed: coordinates.version!, ecosystem: 'Maven' }
  }
  return undefined
}

function scoreOf(vulnerability: XmlElement): number | undefined {
  for (const [holder, name] of [['cvssV4', 'baseScore'], ['cvssV3', 'baseScore'], ['cvssV2', 'score'], [undefined, 'cvssScore']] as const) {
    const element = holder === undefined ? vulnerability : child(vulnerability, holder)
    const value = Number((element && textOf(element, name)) ?? NaN)
    if (Number.isFinite(value)) return value
  }
  return severityOf(textOf(vulnerability, 'severity'))
}

/** CVSS 3's words: 7 and above is high, below 4 low. */
export function levelOfScore(score: number | undefined): Level {
  return score === undefined ? 'warning' : score >= 7 ? 'error' : score >= 4 ? 'warning' : 'note'
}
