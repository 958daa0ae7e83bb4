import type { Kind, LineParser } from '../../core/contract.ts'
import { hunkAt, hunkFinding, takesLine, type Hunk } from '../../core/parse/index.ts'

/**
 * Unified diffs that a tool prints instead of findings: one finding per hunk, with the hunk as its fix.
 * `header` names the file by the group `file`, on the line `--- …` or `+++ …`; the other of the two is skipped.
 */
export function diffParser({ header, foreign: isForeign, ...of }: { tool: string; kind: Kind; message: string; header: RegExp; foreign?: RegExp }): LineParser {
  return {
    lines({ emit }) {
      let file: string | undefined
      let hunk: Hunk | undefined
      let foreign = false
      const close = () => {
        const found = hunk && file !== undefined ? hunkFinding(of, file, hunk) : undefined
        if (found) emit(found)
        hunk = undefined
      }
      return {
        line(text) {
          if (hunk && takesLine(hunk, text)) {
            if (hunk.old <= 0 && hunk.new <= 0) close()
            return true
          }
          close()
          const c = text.charCodeAt(0)
          if (file === undefined && c !== 45 && c !== 92) {
            foreign = isForeign?.test(text) ?? false
            return false
          }
          const begun = file === undefined ? undefined : hunkAt(text)
          if (begun) {
            hunk = begun
            return true
          }
          const named = foreign ? undefined : header.exec(text)?.groups?.['file']
          if (named !== undefined) {
            file = named
            return true
          }
          if (file !== undefined && /^(?:---|\+\+\+) /.test(text)) return true
          if (text.startsWith('\\ No newline')) return file !== undefined
          foreign = isForeign?.test(text) ?? false
          file = undefined
          return false
        },
        end: close,
      }
    },
  }
}
