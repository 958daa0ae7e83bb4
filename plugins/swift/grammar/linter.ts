import type { Kind, LineParser } from '../../../core/contract.ts'
import { levelOf, marksPlace, position } from '../../../core/parse/index.ts'
import { linterOf, type Linter } from './linters.ts'
import { place, type Place } from './place.ts'
import { plain } from './prefix.ts'

/** A parser for one of the linters that print as the compiler does. */
export function linterParser(tool: Linter, kind: Kind): LineParser {
  return {
    lines({ emit }) {
      return {
        line(raw) {
          if (!marksPlace(raw)) return false
          const groups = place.exec(plain(raw))?.groups as Place | undefined
          if (!groups || groups.word === 'note') return false
          const found = linterOf(groups.message!)
          if (found?.tool !== tool) return false
          const [line, column] = [position(groups.line), position(groups.column)]
          const { rule = 'unused', message } = found.groups
          emit({ tool, kind, level: levelOf(groups.word), rule, message: message!, file: groups.file!, ...line && { line, ...column && { column } } })
          return true
        },
      }
    },
  }
}
