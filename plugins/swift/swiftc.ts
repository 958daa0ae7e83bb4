import type { LineParser } from '../../core/contract.ts'
import { held, levelOf, marksPlace, position, type Held } from '../../core/parse/index.ts'
import { linterOf } from './grammar/linters.ts'
import { place, type Place } from './grammar/place.ts'
import { plain } from './grammar/prefix.ts'

/**
 * swiftc, and clang for the C and Objective-C of a package or an Xcode project: errors and warnings with their notes. The code frames below
 * (of both styles) say it again and are not read; a note that stands only in a frame is related to its diagnostic.
 */
export const swiftc: LineParser = {
  lines(context) {
    const pending = held(context)
    return {
      line(raw) {
        if (pending.now && inFrame(raw, pending)) return true
        if (!marksPlace(raw)) return macro(raw) && pending.now !== undefined
        const groups = place.exec(plain(raw))?.groups as Place | undefined
        if (!groups || isOther(groups)) {
          pending.flush()
          return false
        }
        const where = { file: groups.file!, ...at(groups) }
        if (groups.word === 'note') {
          return pending.relate({ ...where, message: groups.message! }) || isSwift(groups.file!)
        }
        const own = isSwift(groups.file!)
        if (!own && !isClang(groups.file!)) {
          pending.flush()
          return false
        }
        const { message, rule } = ruled(groups.message!, own)
        pending.hold({ tool: own ? 'swiftc' : 'clang', kind: 'build', level: levelOf(groups.word === 'remark' ? 'note' : groups.word), message, ...rule && { rule }, ...where })
        return true
      },
      end: pending.flush,
    }
  },
}

const isSwift = (file: string) => /\.(?:swift|swiftinterface|swiftmodule)$/.test(file) || file === '<unknown>' || file === '<module-includes>' || file.startsWith('macro expansion')
const isClang = (file: string) => /\.(?:m|mm|c|cc|cpp|cxx|h|hh|hpp|modulemap|pch|metal|intentdefinition)$/.test(file)

/** `[-Wunused]`, and since Swift 6 the group of the diagnostic, `[#DeprecatedDeclaration]`. */
function ruled(said: string, swift: boolean): { message: string; rule?: string } {
  const message = said.replace(/ \(in target '[^']{1,200}' from project '[^']{1,200}'\)$/, '')
  const groups = (swift ? / \[(?<rule>#[A-Za-z]\w{1,60}|[A-Z][A-Za-z]{3,60})\](?:\s?\[.{0,200}\])?$/ : / \[(?<rule>-W[\w+=,-]{1,100})\]$/).exec(message)
  return groups ? { message: message.slice(0, groups.index), rule: groups.groups!['rule']!.replace(/^#/, '').replace(/^-Werror,(?=-W)/, '') } : { message }
}

/** What other parsers read: linters' findings, and XCTest's failures, which have no column. */
function isOther({ file, column, message }: Place): boolean {
  return isSwift(file!) && linterOf(message!) !== undefined || column === undefined && test.test(message!)
}

const test = /^(?:-\[\S{1,300} [^\]]{1,300}\]|[A-Za-z_][\w.]{0,300}\.[\w()]{1,300}) : /

/** Of Swift 6's frames: `12 | let x = 1`, `   | \`- error: text`; of the older ones the line and its caret follow as they are. */
function inFrame(raw: string, pending: Held): boolean {
  const groups = /^\s{0,12}(?:\d{1,9})?\s?[|\u2502](?<rest>.{0,2000})$/.exec(raw)?.groups
  if (!groups) return false
  const note = /^[ |]{0,400}[`|\u2570\u251c][-\u2500]{1,4} note: (?<message>.+)$/.exec(groups['rest'] ?? '')?.groups?.['message']
  const { file, related = [] } = pending.now ?? {}
  if (note && file !== undefined && !related.some(one => one.message === note)) pending.relate({ file, message: note })
  return true
}

function macro(raw: string): boolean { return raw.startsWith('`- ') || raw.startsWith('+--- macro expansion') }

function at({ line, column }: Place): { line?: number; column?: number } {
  const [first, second] = [position(line), position(column)]
  return { ...first && { line: first, ...second && { column: second } } }
}
