import type { Level, XmlElement, XmlParser } from '../../core/contract.ts'
import { child, children, position } from '../../core/parse/index.ts'

/**
 * SpotBugs' and FindBugs' XML: one finding per BugInstance, at its primary source line; where a bug has none (a field, a class), at the
 * method's, the field's or the class's first line. Also the form of the old Maven plugin, `<file classname><BugInstance lineNumber>`.
 */
export const spotbugsXml: XmlParser = {
  reports: ['**/target/spotbugsXml.xml', '**/target/findbugsXml.xml', '**/build/reports/spotbugs/*.xml'],
  xml: {
    is: head => /<BugCollection[\s>]/.test(head.slice(0, 16_384)),
    each: ['BugInstance', 'BugPattern'],
    read(bug, ancestors, { emit }) {
      if (bug.name !== 'BugInstance') return
      const { type, priority, rank, message, lineNumber, cweid, instanceOccurrenceNum } = bug.attributes
      // The same bug again in the same place, as SpotBugs itself counts them from 0.
      const again = /^[1-9]\d{0,5}$/.test(instanceOccurrenceNum ?? '') ? ` (occurrence ${Number(instanceOccurrenceNum) + 1})` : ''
      const said = childText(bug, 'LongMessage') ?? message ?? childText(bug, 'ShortMessage') ?? type ?? 'bug'
      const owner = ancestors.findLast(one => one.name === 'file')?.attributes.classname
      const place = placeOf(bug) ?? (owner === undefined ? {} : { file: fileOf(owner), ...lineNumber !== undefined && position(lineNumber.split('-')[0]) ? { line: position(lineNumber.split('-')[0])! } : {} })
      emit({
        tool: 'spotbugs', kind: 'lint', level: levelOfBug(rank, priority), message: said + again,
        ...type && { rule: type }, ...place, ...cweid && /^\d{1,6}$/.test(cweid) && { help: { url: `https://cwe.mitre.org/data/definitions/${cweid}.html` } },
      })
    },
  },
}

function childText(element: XmlElement, name: string): string | undefined {
  return child(element, name)?.text.trim() || undefined
}

function fileOf(classname: string): string {
  return `${classname.replace(/\$.*$/, '').replaceAll('.', '/')}.java`
}

function placeOf(bug: XmlElement): { file: string; line?: number; endLine?: number } | undefined {
  const own = children(bug, 'SourceLine')
  const chosen = [own.find(one => one.attributes.primary === 'true'), ...own.slice(0, 1), ...['Method', 'Field', 'Class', 'Type'].map(name => {
    const elements = children(bug, name)
    const element = elements.find(one => one.attributes.primary === 'true') ?? elements[0]
    return element && child(element, 'SourceLine')
  })].filter(one => one !== undefined)
  const exact = chosen.find(one => position(one.attributes.start) !== undefined) ?? chosen[0]
  if (!exact) {
    const classname = child(bug, 'Class')?.attributes.classname
    return classname === undefined ? undefined : { file: fileOf(classname) }
  }
  const { sourcepath, sourcefile, classname, start, end } = exact.attributes
  const [line, endLine] = [position(start), position(end)]
  return { file: sourcepath ?? sourcefile ?? fileOf(classname ?? ''), ...line && { line }, ...line && endLine && { endLine } }
}

/** SpotBugs' own measure for SARIF: ranks up to 4 (scariest) and 9 (scary) are errors, up to 14 (troubling) warnings, the rest notes. */
export function levelOfBug(rank: string | undefined, priority: string | undefined): Level {
  const value = Number(rank)
  if (rank !== undefined && value >= 1) return value <= 9 ? 'error' : value <= 14 ? 'warning' : 'note'
  return priority === '1' || priority === 'High' || priority === 'H' ? 'error' : priority === '3' || priority === 'Low' || priority === 'L' ? 'note' : 'warning'
}
