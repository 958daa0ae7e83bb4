import { linePattern } from '../../core/parse/index.ts'
import { unwrap } from './grammar/wrapping.ts'

const rules: readonly (readonly [RegExp, string, string])[] = [
  [/^Undefined reference: /, 'animal-sniffer', 'undefined-reference'],
  [/^Prefer /, 'modernizer', 'legacy-api'],
  [/^Forbidden (?:class|method|field|annotation)/, 'forbidden-apis', 'forbidden'],
]

/** Checkers of class files under Maven that name a source line: Animal Sniffer, Modernizer. `/a/B.java:12: message`. */
const parser = linePattern({
  tool: 'modernizer',
  kind: 'lint',
  level: 'error',
  match: /^(?<file>(?:[A-Za-z]:(?=[\\/]))?[^\s:][^:]{0,1000}\.(?:java|kt|scala|groovy)):(?<line>\d{1,9}): (?<message>(?:Undefined reference: |Prefer ).*)$/,
  map(finding) {
    const [, tool, rule] = rules.find(([pattern]) => pattern.test(finding.message)) ?? []
    return { ...finding, ...tool && rule && { tool, rule } }
  },
})

export const bytecode: typeof parser = {
  lines(context) {
    const reader = parser.lines(context)
    return {
      line(line) {
        if (!line.includes(': Undefined reference: ') && !line.includes(': Prefer ')) return false
        return reader.line(unwrap(line).text)
      },
      ...reader.end && { end: () => reader.end?.() },
    }
  },
}
