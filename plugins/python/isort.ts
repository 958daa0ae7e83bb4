import type { Finding, LineParser } from '../../core/contract.ts'
import { position } from '../../core/parse/index.ts'

const wrong = /^ERROR: (?<file>\S.*?) Imports are incorrectly sorted(?: and\/or formatted)?\.$/
const before = /^--- (?<file>.*?):before\t/

/** `isort --check-only`, alone or with `--diff`: isort says a file's fault on one stream and its diff on the other. */
export const isort: LineParser = {
  lines({ emit }) {
    const named = new Set<string>()
    const differing = new Map<string, number | undefined>()
    let file: string | undefined
    return {
      line(text) {
        const c = text.charCodeAt(0)
        if (file === undefined && c !== 69 && c !== 45) return
        const path = wrong.exec(text)?.groups?.file
        if (path !== undefined) {
          named.add(path)
          emit(unsorted(path, undefined))
          return true
        }
        const hunk = file === undefined ? undefined : /^@@ -(?<line>\d+)/.exec(text)?.groups
        if (file !== undefined && hunk) {
          if (differing.size < 10_000) differing.set(file, position(hunk.line))
          file = undefined
        }
        const diff = before.exec(text)?.groups?.file
        if (diff !== undefined) file = diff
      },
      end() {
        for (const [path, line] of differing) if (named.size === 0) emit(unsorted(path, line))
      },
    }
  },
}

function unsorted(file: string, line: number | undefined): Finding {
  return { tool: 'isort', kind: 'format', rule: 'imports', level: 'warning', message: 'Imports are incorrectly sorted and/or formatted', file, line }
}
