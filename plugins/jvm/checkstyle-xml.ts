import { checkstyleParser } from '../../core/parse/index.ts'

const own = /com\.puppycrawl\.|source="detekt\.|org\.scalastyle\.|source="(?:standard|experimental|custom)[:"]|name="[^"]{1,1000}\.(?:java|kts?|scala|groovy)"/

/**
 * Checkstyle's XML, and what detekt, ktlint and scalastyle write in its form. A rule is the last part of its class, the rest is the same for all.
 * What Maven's and Gradle's plugins for Checkstyle and scalastyle write they print as well, under the rules' other names: those reports are not fetched.
 */
export const checkstyleXml = checkstyleParser({
  tool: 'checkstyle', kind: 'lint',
  is: head => /<checkstyle[\s>]/.test(head.slice(0, 4096)) && own.test(head),
  reports: ['**/build/reports/detekt/*.xml', '**/build/reports/ktlint/**/*.xml'],
  map(finding) {
    const { rule, file } = finding
    if (rule === undefined) return file && /\.kts?$/.test(file) ? { ...finding, tool: 'ktlint' } : finding
    if (rule.startsWith('detekt.')) return { ...finding, tool: 'detekt', rule: rule.slice('detekt.'.length) }
    if (rule.startsWith('org.scalastyle.')) return { ...finding, tool: 'scalastyle', rule: last(rule) }
    if (/^[\w-]+:[\w-]+$/.test(rule) || file && /\.kts?$/.test(file)) return { ...finding, tool: 'ktlint' }
    return { ...finding, rule: last(rule) }
  },
})

function last(name: string): string { return name.slice(name.lastIndexOf('.') + 1) || name }
