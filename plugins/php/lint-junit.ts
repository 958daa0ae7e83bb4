import type { Finding, XmlElement, XmlParser } from '../../core/contract.ts'
import { children, levelOf, position } from '../../core/parse/index.ts'

/**
 * JUnit of linters: of PHP_CodeSniffer (`Source at file (3:1)`), PHPStan (`file:3`), Psalm (`file:3`, with a class for the type) and PHP CS Fixer
 * (a file as test). Not tests, so they are not counted as such.
 */
export const lintJunit: XmlParser = {
  xml: {
    is: head => /<testsuites?\s[^>]*name=["'](?:PHP_CodeSniffer |phpstan["']|psalm["']|PHP CS Fixer["'])/.test(head.slice(0, 8192)),
    each: ['testcase'],
    read(element, ancestors, { emit }) {
      const root = ancestors[0]?.attributes.name ?? ancestors[1]?.attributes.name ?? ''
      const suite = ancestors.at(-1)?.attributes.name ?? ''
      for (const failure of ['failure', 'error', 'skipped'].flatMap(name => children(element, name))) emit(read(element, failure, `${root} ${suite}`))
    },
  },
}

function read({ attributes }: XmlElement, failure: XmlElement, suites: string): Finding {
  const name = attributes.name ?? ''
  const said = failure.attributes.message ?? failure.text.trim()
  if (/PHP CS Fixer/.test(suites)) {
    const fixers = failure.text.trim().split('\n').map(line => /^\* (?<name>[\w/]+)$/.exec(line.trim())?.groups?.name).filter(Boolean)
    return { tool: 'php-cs-fixer', kind: 'format', level: 'warning', rule: fixers[0], message: `would be changed: ${fixers.join(', ') || said}`, file: attributes.file ?? `${name}.php` }
  }
  const phpcs = /^(?<rule>\S+) at (?<file>.+) \((?<line>\d+):(?<column>\d+)\)$/.exec(name)?.groups
  if (phpcs) return { tool: 'phpcs', kind: 'lint', level: levelOf(failure.attributes.type), rule: phpcs.rule, message: said, file: phpcs.file, line: position(phpcs.line), column: position(phpcs.column) }
  const at = /^(?<file>.+?)(?::(?<line>\d+))?$/.exec(name)?.groups
  const file = at?.file?.replace(/ \(in context of .*\)$/, '')
  if (/phpstan/.test(suites)) return { tool: 'phpstan', kind: 'lint', level: levelOf(failure.attributes.type ?? 'error'), message: said, file: file === 'General error' ? undefined : file, line: position(at?.line) }
  const text = failure.text
  const of = (key: string) => new RegExp(`^${key}: (?<value>.*)$`, 'm').exec(text)?.groups?.value
  // What Psalm only informs about is "skipped".
  return {
    tool: 'psalm', kind: 'lint', level: failure.name === 'skipped' ? 'note' : 'error', rule: of('type') ?? attributes.classname, message: of('message') ?? said, file,
    line: position(at?.line) ?? position(of('line')), column: position(of('column_from')), endColumn: position(of('column_to')),
  }
}
