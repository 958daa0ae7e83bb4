import type { XmlParser } from '../../core/contract.ts'
import { child, children } from '../../core/parse/index.ts'
import { levelOf, placeOf } from './grammar/gendarme.ts'

/** `gendarme --xml FILE`: defects by rule and target. Without debugging symbols there is no source, and the target stands in the message. */
export const gendarmeXml: XmlParser = {
  xml: {
    is: head => /<gendarme-output[\s>]/.test(head),
    each: ['rule'],
    read(element, ancestors, { emit }) {
      if (!ancestors.some(one => one.name === 'results')) return
      const { Name: rule, Uri: url } = element.attributes
      const [problem, solution] = [child(element, 'problem')?.text.trim(), child(element, 'solution')?.text.trim()]
      for (const target of children(element, 'target')) {
        for (const defect of children(target, 'defect')) {
          const { Severity: severity, Source: source, Location: location } = defect.attributes
          const place = placeOf(source)
          const text = defect.text.trim() || problem || rule || 'defect'
          const subject = location || target.attributes['Name']
          emit({
            tool: 'gendarme', kind: 'lint', level: levelOf(severity), message: place || !subject || text.includes(subject) ? text : `${subject}: ${text}`,
            ...rule && { rule }, ...place, ...(solution || url) && { help: { ...solution && { text: solution }, ...url && { url } } },
          })
        }
      }
    },
  },
}
