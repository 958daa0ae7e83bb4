import type { XmlElement, XmlParser } from '../../core/contract.ts'
import { child, children, position } from '../../core/parse/index.ts'
import { isRuntime } from './grammar/sources.ts'
import { levelOfKind } from './valgrind.ts'

/** `valgrind --xml=yes` (protocol 4): `<error>` with a kind, what happened, and one or more stacks. */
export const valgrindXml: XmlParser = {
  reports: ['valgrind*.xml'],
  xml: {
    is: head => /<valgrindoutput\b/.test(head),
    each: ['error'],
    read(error, _ancestors, { emit }) {
      const kind = text(error, 'kind')
      if (kind === undefined) return
      const extended = child(error, 'xwhat')
      const frames = children(error, 'stack').flatMap(stack => children(stack, 'frame'))
      const places = frames.flatMap(place)
      const own = places.find(one => !isRuntime(one.file)) ?? places[0]
      emit({
        tool: 'valgrind', kind: 'test', level: levelOfKind(kind), rule: kind,
        message: (text(error, 'what') ?? (extended && text(extended, 'text')) ?? kind).replace(/ in loss record .*$/, ''),
        ...own,
        trace: [...frames.map(show), ...children(error, 'auxwhat').map(one => one.text.trim())].join('\n'),
      })
    },
  },
}

function place(frame: XmlElement) {
  const [dir, file, line] = [text(frame, 'dir'), text(frame, 'file'), position(text(frame, 'line'))]
  return file ? [{ file: dir ? `${dir}/${file}` : file, ...line && { line } }] : []
}

function show(frame: XmlElement): string {
  const [spot] = place(frame)
  return `  ${text(frame, 'fn') ?? text(frame, 'ip') ?? '?'} (${spot ? `${spot.file}:${spot.line ?? '?'}` : text(frame, 'obj') ?? 'unknown'})`
}

function text(element: XmlElement, name: string): string | undefined {
  return child(element, name)?.text.trim() || undefined
}
