import type { Location, ParseContext, XmlElement, XmlParser } from '../../core/contract.ts'
import { child, children, position } from '../../core/parse/index.ts'

/**
 * Duplicated code: PMD's CPD, Simian, and ReSharper's dupfinder. Every place of a copy is a finding, since each of them is one to
 * change; the others are related to it.
 */
export const duplicatesXml: XmlParser = {
  reports: ['**/target/cpd.xml', '**/build/reports/cpd/*.xml'],
  xml: {
    is: head => /<pmd-cpd[\s>]|<simian[\s>]|<DuplicatesReport[\s>]/.test(head.slice(0, 4096)),
    each: ['duplication', 'set', 'Duplicate'],
    read(element, _, { emit }) {
      if (element.name === 'duplication') tell('cpd', number(element, 'lines'), children(element, 'file').map(one => copy(one.attributes.path, one.attributes.line, one.attributes.endline, number(element, 'lines'))), emit)
      else if (element.name === 'set') tell('simian', number(element, 'lineCount'), children(element, 'block').map(one => copy(one.attributes.sourceFile, one.attributes.startLineNumber, one.attributes.endLineNumber, 0)), emit)
      else tell('dupfinder', 0, children(element, 'Fragment').map(fragment), emit)
    },
  },
}

function number({ attributes }: XmlElement, name: string): number { return position(attributes[name]) ?? 0 }

function copy(file: string | undefined, line: string | undefined, endLine: string | undefined, lines: number): Location {
  const start = position(line)
  const end = position(endLine) ?? (start && lines > 0 ? start + lines - 1 : undefined)
  return { file: file ?? '', ...start && { line: start }, ...start && end && { endLine: end } }
}

function fragment(one: XmlElement): Location {
  const range = child(one, 'LineRange')?.attributes
  return copy(child(one, 'FileName')?.text.trim(), range?.Start, range?.End, 0)
}

function tell(tool: string, lines: number, places: readonly Location[], emit: ParseContext['emit']): void {
  for (const one of places.slice(0, 100)) {
    const others = places.filter(other => other !== one)
    const size = lines || (one.line && one.endLine ? one.endLine - one.line + 1 : 0)
    emit({
      tool, kind: 'lint', level: 'warning', rule: 'duplicated-code', ...one,
      message: `${size ? `${size} lines` : 'lines'} that also stand at ${others.map(other => `${other.file}${other.line ? `:${other.line}` : ''}`).join(', ') || 'another place'}`,
      ...others.length && { related: others.map(other => ({ ...other, message: 'the same lines' })) },
    })
  }
}
