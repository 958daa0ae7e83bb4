import type { Location, XmlElement, XmlParser } from '../../core/contract.ts'
import { get, list, num, str } from '../../core/parse/index.ts'

/** Apple property lists as the clang static analyzer (`-analyzer-output=plist`), clang-tidy wrappers and `cppcheck --plist-output` write them. */
export const plist: XmlParser = {
  xml: {
    is: head => /<plist\b/.test(head) && /<key>(?:diagnostics|clang_version|files)<\/key>/.test(head),
    each: ['plist'],
    read(element, _ancestors, { emit }) {
      const root = element.children[0] ? valueOf(element.children[0]) : undefined
      const files = list(root, 'files')
      const tool = /cppcheck/.test(str(root, 'clang_version') ?? '') ? 'cppcheck' : 'clang-analyzer'
      for (const diagnostic of list(root, 'diagnostics')) {
        const place = locate(get(diagnostic, 'location'), files)
        const rule = str(diagnostic, 'check_name') ?? str(diagnostic, 'type')
        const related = [...list(diagnostic, 'path'), ...list(diagnostic, 'notes')].flatMap(step => {
          const at = str(step, 'kind') === 'control' ? undefined : locate(get(step, 'location'), files)
          return at ? [{ ...at, message: str(step, 'message') ?? '' }] : []
        })
        emit({
          tool: rule?.startsWith('bugprone-') || rule?.startsWith('clang-diagnostic-') ? 'clang-tidy' : tool, kind: 'lint', level: 'warning',
          message: str(diagnostic, 'description') ?? rule ?? 'no description', ...rule !== undefined && { rule },
          ...place, ...related.length > 1 && { related },
        })
      }
    },
  },
}

function locate(value: unknown, files: readonly unknown[]): Location | undefined {
  const file = str(files, num(value, 'file') ?? -1)
  const [line, column] = [num(value, 'line'), num(value, 'col')]
  return file === undefined ? undefined : { file, ...line && line > 0 && { line }, ...column && column > 0 && { column } }
}

/** A `<dict>` becomes a record without prototype: its keys come from outside. */
function valueOf(element: XmlElement): unknown {
  if (element.name === 'array') return element.children.map(valueOf)
  if (element.name === 'true' || element.name === 'false') return element.name === 'true'
  if (element.name !== 'dict') return element.text
  const record: Record<string, unknown> = Object.create(null)
  for (let index = 0; index + 1 < element.children.length; index += 2) record[element.children[index]!.text] = valueOf(element.children[index + 1]!)
  return record
}
