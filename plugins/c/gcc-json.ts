import type { Fix, JsonParser, Level, Location } from '../../core/contract.ts'
import { get, list, num, str } from '../../core/parse/index.ts'

/** `gcc -fdiagnostics-format=json` (gcc 9 to 14): an array of diagnostics; columns count bytes, a `finish` is inclusive. */
export const gccJson: JsonParser = {
  json: {
    is: head => /^\s*\[\s*\{/.test(head) && /"(?:caret|column-origin|escape-source)"\s*:/.test(head) && /"kind"\s*:/.test(head),
    each: ['[]'],
    read(value, { emit }) {
      const message = str(value, 'message')
      const kind = str(value, 'kind')
      if (message === undefined || kind === undefined) return
      const place = placeOf(get(value, 'locations', 0))
      const rule = str(value, 'option')?.replace(/^-Werror=/, '-W')
      const children = list(value, 'children').map(note => ({ ...placeOf(get(note, 'locations', 0)), message: str(note, 'message') ?? '' }))
      const notes = children.filter(note => !note.message.includes(spoken))
      const events = list(value, 'path').map(event => ({ ...placeOf(event), message: str(event, 'description') ?? '' }))
      const related: Location[] = [...notes, ...events].flatMap(({ file, ...rest }) => file === undefined ? [] : [{ file, ...rest }])
      const fixes = fixOf(list(value, 'fixits'))
      emit({
        tool: 'gcc', kind: 'build', level: levels[kind] ?? 'warning', message, ...rule !== undefined && { rule },
        ...place,
        ...related.length > 0 && { related },
        ...fixes && { fixes },
        ...rule !== undefined && str(value, 'option_url') !== undefined && { help: { url: str(value, 'option_url')! } },
      })
      for (const note of children) if (note.message.includes(spoken)) emit({ tool: 'gcc', kind: 'build', level: 'note', ...note })
    },
  },
}

/** Explains nothing: gcc hangs it on whatever diagnostic came before. */
const spoken = '#pragma message'

const levels: Readonly<Record<string, Level>> = { error: 'error', 'fatal error': 'error', 'internal compiler error': 'error', 'sorry, unimplemented': 'error', warning: 'warning', note: 'note' }

/** A location of a diagnostic has `caret`, `start`, `finish`; an event of the analyzer has them inside `location`. */
function placeOf(value: unknown): Partial<Location> {
  const caret = get(value, 'caret') ?? get(value, 'location')
  const file = str(caret, 'file')
  if (file === undefined) return {}
  const line = num(caret, 'line')
  const column = num(caret, 'column')
  const finish = get(value, 'finish')
  const endLine = num(finish, 'line')
  const endColumn = num(finish, 'column')
  return { file, ...line && { line }, ...column && { column }, ...line && endLine && endColumn && { endLine, endColumn: endColumn + 1 } }
}

/** gcc's `next` is already exclusive. */
function fixOf(fixits: readonly unknown[]): readonly Fix[] | undefined {
  const changes = fixits.flatMap(fixit => {
    const file = str(fixit, 'start', 'file')
    const [line, column] = [num(fixit, 'start', 'line'), num(fixit, 'start', 'column')]
    const [endLine, endColumn] = [num(fixit, 'next', 'line'), num(fixit, 'next', 'column')]
    if (file === undefined || !line || !column || !endLine || !endColumn) return []
    return [{ file, replacements: [{ line, column, endLine, endColumn, text: str(fixit, 'string') ?? '' }] }]
  })
  return changes.length ? [{ changes }] : undefined
}
