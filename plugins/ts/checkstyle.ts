import { checkstyleParser } from '../../core/parse/index.ts'
import type { Finding } from '../../core/contract.ts'

/** How each linter writes a rule into `source`. The first group is the rule. */
const sources: readonly (readonly [tool: string, source: RegExp])[] = [
  ['eslint', /^eslint\.rules\.(\S+)$/],
  ['stylelint', /^stylelint\.rules\.(\S+)$/],
  ['tslint', /^failure\.tslint\.(\S+)$/],
  ['jshint', /^jshint\.(\S+)$/],
  ['biome', /^((?:lint|assist|syntax|suppressions)\/\S+|parse|format)$/],
  ['oxlint', /^([\w@-]+\([\w/-]+\))$/],
]

/** The checkstyle XML of JavaScript's linters; each is known by how it writes `source`. */
export const checkstyle = checkstyleParser({
  tool: 'eslint',
  kind: 'lint',
  is: head => /<checkstyle\b/.test(head) && /source=(?:"|')(?:eslint\.|stylelint\.|failure\.tslint|jshint\.|lint\/|parse"|[\w@-]+\()/.test(head),
  map: named,
})

function named(finding: Finding): Finding {
  for (const [tool, source] of sources) {
    const rule = source.exec(finding.rule ?? '')?.[1]
    if (rule) return { ...finding, tool, rule, message: finding.message.replace(` (${rule})`, '') }
  }
  return finding
}
