import type { LineParser } from '../../core/contract.ts'
import { num } from '../../core/parse/index.ts'
import { noticeOf } from './advisory.ts'

/** A record of `cargo audit`: names and values in an order that changed with the versions, then a blank line or the dependency tree. */
const field = /^(?<name>Crate|Version|Title|Date|ID|URL|Severity|Solution|Warning|Aliases): {1,12}(?<value>\S.*)$/
const severity = /^(?<score>\d{1,2}(?:\.\d{1,3})?) \((?<word>\w+)\)$|^(?<only>\w+)$/
const solution = /^[Uu]pgrade to (?<ranges>.*)$/
const treeLine = /^(?:Dependency tree:|[\w-]+ \d\S*| *[├└│].*)$/

export const cargoAudit: LineParser = {
  lines({ emit }) {
    let record: Record<string, string> = {}
    const flush = () => {
      const one = record
      record = {}
      const kind = one.Warning
      if (one.Crate === undefined || one.ID === undefined && kind === undefined && one.Title === undefined) return
      const { score, word, only } = severity.exec(one.Severity ?? '')?.groups ?? {}
      const ranges = solution.exec(one.Solution ?? '')?.groups?.ranges
      emit(noticeOf({
        tool: 'cargo-audit', package: one.Crate, informational: kind, id: one.ID,
        title: one.Title ?? (kind === 'yanked' ? `\`${one.Crate}\` was yanked` : one.Crate),
        installed: one.Version, score: num(score), word: word ?? only,
        ...ranges !== undefined && { patched: ranges.split(/ OR /) },
        ...one.ID === undefined && { url: one.URL },
      }))
    }
    return {
      line(text) {
        const c = text.charCodeAt(0)
        const groups = c >= 65 && c <= 87 ? field.exec(text)?.groups : undefined
        if (groups?.name !== undefined) {
          if (Object.hasOwn(record, groups.name)) flush()
          record[groups.name] = groups.value ?? ''
          return true
        }
        if (record.Crate === undefined) {
          record = {}
          return false
        }
        const tree = treeLine.test(text)
        flush()
        return tree
      },
      end: flush,
    }
  },
}
