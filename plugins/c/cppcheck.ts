import type { Level, Location, XmlElement, XmlParser } from '../../core/contract.ts'
import { children, position } from '../../core/parse/index.ts'

/**
 * `cppcheck --xml`. Version 2: `<error id severity msg verbose cwe>` with `<location>` children, the first being the
 * place itself and the others what led there. Version 1: file and line are attributes of `<error>`.
 */
export const cppcheck: XmlParser = {
  reports: ['cppcheck*.xml'],
  xml: {
    is: head => /<results\b/.test(head) && /<cppcheck\b|<error\b[^>]{0,2000}\b(?:id|severity)=|<results(?:\s+version="2")?\s*\/?>/.test(head),
    each: ['error'],
    read(element, ancestors, { emit }) {
      const { id, severity, msg, verbose } = element.attributes
      if (ancestors[0]?.name !== 'results' || msg === undefined && id === undefined) return
      if (severity === 'none' || severity === 'debug') return
      const [first, ...others] = children(element, 'location').map(place)
      const own = first ?? place(element)
      emit({
        tool: 'cppcheck', kind: 'lint', level: levels[severity ?? ''] ?? 'warning', message: msg ?? id ?? '',
        ...id !== undefined && { rule: id },
        ...own.file ? withoutMessage(own) : {},
        ...others.length > 0 && { related: others },
        ...help(verbose !== msg ? verbose : undefined, element.attributes['cwe']),
      })
    },
  },
}

/** cppcheck's own words; the words of version 1 before 1.50 were `all`, `style`, `possible error`. */
export const levels: Readonly<Record<string, Level>> = {
  error: 'error', warning: 'warning', 'possible error': 'warning', performance: 'warning', portability: 'warning',
  style: 'note', 'possible style': 'note', information: 'note', debug: 'note', note: 'note',
}

function place({ attributes }: XmlElement): Location {
  const [line, column] = [position(attributes['line']), position(attributes['column'] ?? attributes['col'])]
  return {
    file: attributes['file'] ?? '', ...line && { line }, ...column && { column },
    ...attributes['info'] && { message: attributes['info'] },
  }
}

function withoutMessage({ message: _, ...location }: Location): Omit<Location, 'message'> {
  return location
}

function help(text: string | undefined, cwe: string | undefined) {
  const url = cwe && /^\d{1,5}$/.test(cwe) && cwe !== '0' ? `https://cwe.mitre.org/data/definitions/${cwe}.html` : undefined
  return text || url ? { help: { ...text && { text }, ...url && { url } } } : {}
}
