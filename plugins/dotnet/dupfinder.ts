import type { Location, XmlElement, XmlParser } from '../../core/contract.ts'
import { child, children, position } from '../../core/parse/index.ts'

/** JetBrains' `dupfinder`: a duplicate has no first place, so each of its fragments is a finding, and names the others. */
export const dupfinder: XmlParser = {
  xml: {
    is: head => /<DuplicatesReport[\s>]/.test(head),
    each: ['Duplicate'],
    read(element, _ancestors, { emit }) {
      const places = children(element, 'Fragment').map(placeOf).filter(place => place !== undefined)
      const cost = element.attributes['Cost']
      for (const place of places) {
        const others = places.filter(one => one !== place)
        emit({
          tool: 'dupfinder', rule: 'duplicate', kind: 'lint', level: 'warning',
          message: `duplicated code${cost ? ` of cost ${cost}` : ''}, also in ${others.map(one => `${one.file}:${one.line ?? 1}`).join(', ') || 'no other place'}`,
          ...place, ...others.length > 0 && { related: others },
        })
      }
    },
  },
}

function placeOf(fragment: XmlElement): Location | undefined {
  const file = child(fragment, 'FileName')?.text.trim()
  const range = child(fragment, 'LineRange')?.attributes
  const [line, endLine] = [position(range?.['Start']), position(range?.['End'])]
  return file ? { file: file.replaceAll('\\', '/'), ...line && { line, ...endLine && { endLine } } } : undefined
}
