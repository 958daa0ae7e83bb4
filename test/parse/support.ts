import type { Finding, JsonParser, LineParser, Parser, XmlParser } from '../../core/contract.ts'
import { extract, type Extracted, type LogLine } from '../../core/findings/extract.ts'
import type { Place } from '../../core/findings/paths.ts'
import { get, list, num, str } from '../../core/parse/index.ts'

export const place: Place = { root: '/repo', directory: '' }

export type Some = Readonly<Record<string, Parser>>

export function named(parsers: Some): { name: string; parser: Parser }[] {
  return Object.entries(parsers).map(([name, parser]) => ({ name, parser }))
}

/** A log on one pipe. */
export function lines(text: string, stream: LogLine['stream'] = 'stdout'): LogLine[] {
  return text.split('\n').map(line => ({ text: line, stream }))
}

export function read(log: string | readonly LogLine[], own: Some, more: { everywhere?: Some; place?: Partial<Place>; limits?: { findings?: number } } = {}): Promise<Extracted> {
  return extract({
    log: [typeof log === 'string' ? lines(log) : log],
    parsers: { own: named(own), everywhere: named(more.everywhere ?? {}) },
    place: { ...place, ...more.place },
    ...(more.limits ? { limits: more.limits } : {}),
  })
}

/** `E file:line: message`, as no real tool prints it. */
export const toy: LineParser = {
  lines: ({ emit }) => ({
    line(text) {
      const groups = /^E (?<file>[^:]+):(?<line>\d+): (?<message>.*)$/.exec(text)?.groups
      if (groups) emit(toyFinding(groups.message ?? '', groups.file, Number(groups.line)))
      return groups !== undefined
    },
  }),
}

/** Every line, as it comes to a parser. */
export function echo(seen: string[]): LineParser {
  return { lines: () => ({ line(text) { seen.push(text) } }) }
}

/** `{"toy": [{"file", "line", "message"}]}`, read record by record. */
export const toyJson: JsonParser = {
  json: {
    is: head => head.includes('"toy"'),
    each: ['toy[]'],
    read(value, { emit }) { emit(toyFinding(str(value, 'message') ?? 'none', str(value, 'file'), num(value, 'line'))) },
  },
}

/** The same, read as a whole. */
export const toyWhole: JsonParser = {
  json: {
    is: head => head.includes('"toy"'),
    read(value, { emit }) {
      for (const one of list(value, 'toy')) emit(toyFinding(String(get(one, 'message')), str(one, 'file'), num(one, 'line')))
    },
  },
}

export const toyXml: XmlParser = {
  xml: {
    is: head => /<toys[\s>]/.test(head),
    each: ['toy'],
    read({ attributes, text }, _, { emit }) { emit(toyFinding(attributes.message ?? text, attributes.file, Number(attributes.line))) },
  },
}

export function toyFinding(message: string, file?: string, line?: number): Finding {
  return { tool: 'toy', kind: 'lint', level: 'error', message, ...(file === undefined ? {} : { file }), ...(line === undefined ? {} : { line }) }
}

export const messages = ({ findings }: Extracted): string[] => findings.map(one => one.message)
