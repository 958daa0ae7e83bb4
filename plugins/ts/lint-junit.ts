import { children, position } from '../../core/parse/index.ts'
import type { Finding, Level, XmlElement, XmlParser } from '../../core/contract.ts'

const place = /\bline (?<line>\d+), col(?:umn)? (?<column>\d+)(?:, (?<level>Error|Warning|Info))?/i

/**
 * What ESLint, TSLint, Biome and oxlint write as JUnit: every "test case" is a lint finding, a case without a failure
 * says that the file is clean. Not tests, so they are not counted as such.
 */
export const lintJunit: XmlParser = {
  xml: {
    is: head => /org\.eslint|<testsuites package="tslint"|package="org\.biome"|<testsuites name="Oxlint"/.test(head),
    each: ['testcase'],
    read(element, ancestors, context) {
      const suite = ancestors.at(-1)?.attributes ?? {}
      const root = ancestors[0]?.attributes ?? {}
      for (const failure of [...children(element, 'failure'), ...children(element, 'error')]) {
        context.emit(finding(element, failure, suite.name ?? element.attributes.classname, toolOf(suite, root)))
      }
    },
  },
}

function finding(element: XmlElement, failure: XmlElement, file: string | undefined, tool: string): Finding {
  const where = place.exec(failure.text)?.groups
  const message = failure.attributes.message ?? failure.text.replace(place, '').trim()
  const name = (element.attributes.name ?? '').replace(/^org\.eslint\./, '')
  const rule = tool === 'biome' ? name.replace(/^org\.biome\./, '').replaceAll('.', '/') : name
  return {
    tool, rule: rule && rule !== 'unknown' ? rule : undefined, level: levelIn(failure, where?.level), kind: 'lint', message, file,
    line: position(where?.line), column: position(where?.column),
  }
}

function levelIn(failure: XmlElement, word: string | undefined): Level {
  const said = word ?? failure.attributes.type
  return said?.toLowerCase() === 'warning' ? 'warning' : 'error'
}

function toolOf(suite: Readonly<Record<string, string>>, root: Readonly<Record<string, string>>): string {
  if (suite.package === 'org.biome') return 'biome'
  if (root.name === 'Oxlint') return 'oxlint'
  return root.package === 'tslint' ? 'tslint' : 'eslint'
}
