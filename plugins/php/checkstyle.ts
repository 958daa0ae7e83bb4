import type { Finding } from '../../core/contract.ts'
import { checkstyleParser } from '../../core/parse/index.ts'

/** How each tool writes its rule: the first group of `source`, or of the message. */
const dialects: readonly (readonly [tool: string, of: 'rule' | 'message', pattern: RegExp])[] = [
  ['phpcs', 'rule', /^(?<rule>[A-Z][\w-]*(?:\.[A-Z]\w*){2,3})$/],
  ['php-cs-fixer', 'rule', /^PHP-CS-Fixer\.(?<rule>\S+)$/],
  ['phan', 'rule', /^(?<rule>Phan\w+|Syntax\w+)$/],
  ['phpstan', 'rule', /^(?<rule>[a-z]\w*(?:\.[a-zA-Z]\w*)+)$/],
  ['phplint', 'rule', /^(?<rule>PHPLint)$/],
  ['parallel-lint', 'rule', /^(?<rule>Linter)$/],
  ['phpmd', 'message', /^(?<message>[^]*) \((?<rule>\w+), [\w /]+\) ?$/],
  ['psalm', 'message', /^(?<rule>[A-Z][a-z]+(?:[A-Z][a-z]+)+): (?<message>[^]*)$/],
]

/** Checkstyle XML about PHP files; the tool is known by how it writes its rule. Of PHPStan before 1.11 there is none. */
export const checkstyle = checkstyleParser({
  tool: 'phpstan',
  kind: 'lint',
  is: head => /<checkstyle[\s/>]/.test(head.slice(0, 4096)) && /<file name=(?:"[^"]*|'[^']*)\.(?:php\d?|phtml|inc|module|install|theme)["']/.test(head),
  map: named,
})

function named(finding: Finding): Finding {
  for (const [tool, of, pattern] of dialects) {
    const groups = pattern.exec((of === 'rule' ? finding.rule : finding.message) ?? '')?.groups
    if (groups?.rule) return { ...finding, tool, rule: groups.rule, message: groups.message ?? finding.message, ...(tool === 'php-cs-fixer' ? { kind: 'format' as const } : {}) }
  }
  return finding
}
