import type { LineParser } from '../../core/contract.ts'
import { levelOf, placeOf } from './grammar/gendarme.ts'
import { untimed } from './grammar/prefix.ts'

const opening = /^\d{1,6}\. (?<rule>[A-Z]\w{3,100}Rule)$/
const target = /^\* Target:\s{1,8}(?<subject>\S.{0,1000})$/
const field = /^(?:(?:\* )?(?<name>Problem|Severity|Location|Source|Details|Solution)|More info available at):\s{1,8}(?<text>\S.{0,4000})$/

/** Gendarme's console: below a rule's heading the problem, then a block of starred lines for each defect, the solution at the end. */
export const gendarme: LineParser = {
  lines({ emit }) {
    let rule: string | undefined
    let said: Record<string, string> = {}
    const flush = () => {
      const { Severity: severity, Problem: problem = '', Details: details = '', Location: location, subject, Source: source } = said
      if (rule !== undefined && severity !== undefined) {
        const place = placeOf(source)
        const text = details || problem || rule
        const about = location ?? subject
        emit({ tool: 'gendarme', kind: 'lint', rule, level: levelOf(severity.split(',', 1)[0]), message: place || about === undefined || text.includes(about) ? text : `${about}: ${text}`, ...place })
      }
      said = problem === '' ? {} : { Problem: problem }
    }
    return {
      line(raw) {
        const text = untimed(raw)
        const head = opening.exec(text)?.groups
        if (head) {
          flush()
          rule = head['rule']
          said = {}
          return true
        }
        if (rule === undefined) return false
        const subject = target.exec(text)?.groups?.['subject']
        if (subject !== undefined) {
          said['subject'] = subject
          return true
        }
        const groups = field.exec(text)?.groups
        if (!groups) return false
        const { name, text: value } = groups
        if (name === 'Severity' && said['Severity'] !== undefined) flush()
        if (name === 'Solution') {
          flush()
          rule = undefined
        } else if (name) said[name] = value!
        return true
      },
      end: flush,
    }
  },
}
