import type { Finding, LineParser } from '../../core/contract.ts'
import { levelOf, position } from '../../core/parse/index.ts'
import { noticeOf } from './advisory.ts'

/**
 * `cargo deny check`: a headline with a code (a letter and digits before 0.16), a frame around the place, notes, the crates that lead
 * there. Without frame it is another tool's headline.
 */
const headline = /^(?<word>error|warning|note|help)(?:\[(?<code>[A-Z]\d{3}|[a-z][a-z-]{1,60})\])?: (?<message>\S.*)$/
const place = /^ *┌─+ (?<file>\S.*?):(?<line>\d{1,9}):(?<column>\d{1,9})(?: ─*)?$/
const note = /^ *[├=] (?<text>\S.*)$/
const frame = /^ *(?:[┌│├└╭╰·]|\d{1,9} [│┆]|= )|^ {4,}\S/
const locked = /^ *\d{1,9} │ [╭╰│ ]*(?<name>[\w-]{1,100}) (?<version>\d\S{0,60}) \S/
const crateLine = /^(?<name>[\w-]{1,100}) v(?<version>\d\S{0,60})(?: |$)/
export const advisoryCode = /^(?:vulnerability|unmaintained|unsound|notice|yanked|A\d{3})$/

const maxTrace = 100

interface Pending {
  word: string
  code: string | undefined
  message: string
  file?: string
  line?: number
  column?: number
  notes: string[]
  locked?: { name?: string; version?: string }
  trace: string[]
  sure: boolean
}

export const cargoDeny: LineParser = {
  lines({ emit }) {
    let pending: Pending | undefined
    const flush = () => {
      if (pending?.sure) emit(findingOf(pending))
      pending = undefined
    }
    return {
      line(text) {
        const c = text.charCodeAt(0)
        const groups = c === 101 || c === 119 || c === 110 || c === 104 ? headline.exec(text)?.groups : undefined
        if (groups) {
          flush()
          pending = { word: groups.word ?? '', code: groups.code, message: groups.message ?? '', notes: [], trace: [text], sure: false }
          return false
        }
        if (!pending) return false
        if (!frame.test(text)) return flush(), false
        read(pending, text)
        return pending.sure
      },
      end: flush,
    }
  },
}

function read(pending: Pending, text: string): void {
  if (pending.trace.length < maxTrace) pending.trace.push(text)
  const at = text.includes('┌') ? place.exec(text)?.groups : undefined
  if (at) {
    pending.sure = true
    const [line, column] = [position(at.line), position(at.column)]
    Object.assign(pending, { file: at.file, ...line && { line }, ...column && { column } })
  }
  if (pending.code !== undefined && /^ *├ /.test(text)) pending.sure = true
  pending.locked ??= locked.exec(text)?.groups
  const said = note.exec(text)?.groups?.text
  if (said !== undefined && pending.notes.length < maxTrace) pending.notes.push(said)
}

function findingOf({ word, code, message, file, line, column, notes, locked, trace }: Pending): Finding {
  const crate = locked ?? notes.map(one => crateLine.exec(one)?.groups).find(one => one !== undefined)
  // The lock file that is shown is one of cargo-deny's making: its lines are not those on the disk.
  const where = file === undefined || /(?:^|[\\/])Cargo\.lock$|-synthesized\.toml$/.test(file) ? {} : { file, ...line && { line }, ...column && { column } }
  if (code !== undefined && advisoryCode.test(code)) {
    return advisory({ code, message, level: levelOf(word), package: crate?.name, installed: crate?.version, notes, trace: trace.join('\n') })
  }
  return {
    tool: 'cargo-deny', kind: 'audit', level: levelOf(word), message: about(message, crate), ...code !== undefined && { rule: code },
    file: fileOf(code), ...where, trace: trace.join('\n'),
  }
}

/** The same sentence is said of many crates. */
export function about(message: string, crate: { name?: string | undefined; version?: string | undefined } | undefined): string {
  return crate?.name === undefined || message.includes(crate.name) ? message : `${message} (${crate.name}${crate.version ? ` ${crate.version}` : ''})`
}

/** Where to look, when no file is shown or one that is not on the disk. */
export function fileOf(code: string | undefined): string {
  if (code === 'duplicate' || code === 'index-failure') return 'Cargo.lock'
  return code !== undefined && /licen[sc]ed?$|no-license-field|rejected|accepted|wildcard/.test(code) ? 'Cargo.toml' : 'deny.toml'
}

interface Told { code: string; message: string; level: Finding['level']; package: string | undefined; installed: string | undefined; notes: readonly string[]; trace?: string; aliases?: readonly string[]; score?: number | undefined }

/** An advisory; the notes hold its number and what to do. */
export function advisory({ code, message, level, package: name = 'unknown', installed, notes, trace, aliases = [], score }: Told): Finding {
  const after = (word: string) => notes.find(one => one.startsWith(word))?.slice(word.length).trim()
  const patched = /^Upgrade to (?<ranges>[^(]*)/.exec(after('Solution:') ?? '')?.groups?.ranges?.trim()
  return noticeOf({
    tool: 'cargo-deny', package: name, installed, level, title: message, aliases, score, trace,
    id: after('ID:'), informational: code === 'vulnerability' || /^A\d/.test(code) ? undefined : code,
    ...patched && { patched: patched.split(' OR ') },
    ...after('ID:') === undefined && { id: undefined },
  })
}
