import type { Finding, LineParser } from '../../core/contract.ts'
import { position } from '../../core/parse/index.ts'
import { said, type Said, type Tool } from './places.ts'

const relatedPlace = /^\s+(?<file>(?:[A-Za-z]:[\\/])?[^\s:]+\.go):(?<line>\d{1,9})(?::(?<column>\d{1,9}))?: (?<message>\S.*)$/

/** A parser for the tool that prints `file.go:line:column: message`, as `places.ts` knows it; indented places below belong to the finding. */
export function ownPlaces(tool: Tool, findingOf: (one: Said) => Finding): LineParser {
  return {
    lines({ emit }) {
      let pending: Finding | undefined
      const flush = () => {
        if (pending) emit(pending)
        pending = undefined
      }
      return {
        line(text) {
          const one = said(text)
          if (one?.tool === tool) {
            flush()
            pending = findingOf(one)
            return true
          }
          const groups = pending && relatedPlace.exec(text)?.groups
          if (!pending || !groups) return flush()
          const line = position(groups.line)
          const column = position(groups.column)
          pending = { ...pending, related: [...pending.related ?? [], { file: groups.file ?? '', ...(line ? { line } : {}), ...(column ? { column } : {}), message: groups.message ?? '' }] }
          return true
        },
        end: flush,
      }
    },
  }
}

export function placeIn({ file, line, column }: Said): Pick<Finding, 'file' | 'line' | 'column'> {
  return { file, ...(line ? { line } : {}), ...(column ? { column } : {}) }
}
