import type { XmlElement, XmlParser } from '../../core/contract.ts'
import { child, position } from '../../core/parse/index.ts'

/** Mutations that no test noticed. */
const unnoticed = new Set(['SURVIVED', 'NO_COVERAGE'])

/** PIT's mutations.xml: a finding for each mutation that survived or that no test runs. */
export const pitXml: XmlParser = {
  reports: ['**/target/pit-reports/**/mutations.xml', '**/build/reports/pitest/**/mutations.xml'],
  xml: {
    is: head => /<mutations[\s>]/.test(head.slice(0, 4096)) && head.includes('<mutation '),
    each: ['mutation'],
    read(mutation, _, { emit }) {
      const status = mutation.attributes.status ?? ''
      if (!unnoticed.has(status)) return
      const owner = textOf(mutation, 'mutatedClass')
      const name = textOf(mutation, 'sourceFile')
      const folder = owner?.includes('.') ? `${owner.slice(0, owner.lastIndexOf('.')).replaceAll('.', '/')}/` : ''
      const line = position(textOf(mutation, 'lineNumber'))
      const rule = textOf(mutation, 'mutator')?.replace(/^.*\./, '')
      const what = textOf(mutation, 'description') ?? rule ?? 'mutated'
      emit({
        tool: 'pit', kind: 'test', level: 'warning', message: `${what}: ${status === 'SURVIVED' ? 'no test notices' : 'no test runs this'}`,
        ...rule && { rule }, ...name && { file: folder + name }, ...line && { line },
      })
    },
  },
}

function textOf(element: XmlElement, name: string): string | undefined {
  return child(element, name)?.text.trim() || undefined
}
