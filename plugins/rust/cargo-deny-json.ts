import type { JsonParser } from '../../core/contract.ts'
import { get, levelOf, list, str } from '../../core/parse/index.ts'
import { about, advisory, advisoryCode, fileOf } from './cargo-deny.ts'
import { scoreOf } from './cvss.ts'

/** `cargo deny --format json check`: diagnostics, each a document. Its labels have lines, but do not say of which file: most are of a lock file that is not on the disk. */
export const cargoDenyJson: JsonParser = {
  json: {
    is: head => /^\s*\{\s*"(?:fields|type)"\s*:/.test(head) && /"type"\s*:\s*"diagnostic"/.test(head) && /"severity"\s*:/.test(head)
      || /^\s*\{\s*"fields"\s*:\s*\{\s*"(?:code|labels|graphs|advisory|message)"/.test(head),
    read(value, { emit }) {
      const fields = get(value, 'fields')
      const message = str(fields, 'message')
      const word = str(fields, 'severity')
      if (message === undefined || word === undefined || str(value, 'type') !== 'diagnostic') return
      const code = str(fields, 'code')
      const notes = list(fields, 'notes').flatMap(note => str(note) ?? [])
      const crate = get(fields, 'graphs', 0, 'Krate') ?? get(fields, 'graphs', 0)
      if (code !== undefined && advisoryCode.test(code)) {
        emit(advisory({
          code, message, level: levelOf(word), notes: notesOf(fields, notes), package: str(crate, 'name') ?? str(fields, 'advisory', 'package'), installed: str(crate, 'version'),
          aliases: list(fields, 'advisory', 'aliases').flatMap(alias => str(alias) ?? []), score: scoreOf(str(fields, 'advisory', 'cvss')),
        }))
      } else emit({ tool: 'cargo-deny', kind: 'audit', level: levelOf(word), message: about(message, { name: str(crate, 'name'), version: str(crate, 'version') }), ...code !== undefined && { rule: code }, file: fileOf(code), ...notes.length > 0 && { trace: notes.join('\n') } })
    },
  },
}

function notesOf(fields: unknown, notes: readonly string[]): readonly string[] {
  const id = str(fields, 'advisory', 'id')
  return id === undefined || notes.some(note => note.startsWith('ID:')) ? notes : [`ID: ${id}`, ...notes]
}
