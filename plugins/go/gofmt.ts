import type { LineParser } from '../../core/contract.ts'
import { hunkAt, hunkFinding, takesLine, type Hunk } from '../../core/parse/index.ts'

const listed = /^(?:[A-Za-z]:[\\/])?[^\s:*?"<>|()[\]{}=,;#]+\.go$/
const listing = /^(?:[+$>]+ )?(?:\S*\/)?(?:gofmt|gofumpt|goimports) (?:.* )?(?:-l|-s -l|-l -s)(?: |$)/
const oldHeader = /^--- (?<file>\S.*?)(?:\.orig)?(?:\t.*)?$/
const unformatted = { tool: 'gofmt', kind: 'format', message: 'Not formatted as gofmt does' } as const

/**
 * gofmt, gofumpt and goimports: `-l` prints nothing but paths, `-d` a diff per file. Paths count when they stand by themselves, a line each, since
 * other tools print a file's name above what they say of it. A diff is one finding per hunk, with its fix.
 */
export const gofmt: LineParser = {
  lines({ emit }) {
    let waiting: string[] = []
    let sure = false
    let file: string | undefined
    let diffed: 'no' | 'head' | 'body' = 'no'
    let hunk: Hunk | undefined
    const close = () => {
      const found = hunk && file !== undefined ? hunkFinding(unformatted, file, hunk) : undefined
      if (found) emit(found)
      hunk = undefined
    }
    const settle = (isList: boolean) => {
      if (isList) for (const path of waiting) emit({ ...unformatted, level: 'warning', file: path })
      waiting = []
    }
    return {
      line(text) {
        if (hunk && takesLine(hunk, text)) {
          if (hunk.old <= 0 && hunk.new <= 0) close()
          return true
        }
        close()
        const c = text.charCodeAt(0)
        if (text.endsWith('.go') && listed.test(text)) {
          waiting.push(text)
          return true
        }
        // What is indented, or an empty line, belongs to the file named above it.
        if (waiting.length > 0) settle(sure || waiting.length > 1 || !(c === 32 || c === 9))
        sure = c < 97 || c > 122 ? listing.test(text) : text.startsWith('go') && listing.test(text)
        if (c === 100 && /^diff (?:-u )?\S+\.go(?:\.orig)? \S+\.go$/.test(text)) {
          diffed = 'head'
          file = undefined
          return true
        }
        if (diffed === 'no') return false
        if (c === 45) {
          file = oldHeader.exec(text)?.groups?.file?.replace(/^[^\s]*\/gofmt\d+$/, '')
          return true
        }
        if (c === 43) {
          const name = /^\+\+\+ (?<file>\S.*?)(?:\t.*)?$/.exec(text)?.groups?.file
          if (name && !/[\\/]gofmt\d+$/.test(name)) file = name
          diffed = 'body'
          return true
        }
        hunk = c === 64 ? hunkAt(text) : undefined
        if (!hunk) {
          diffed = text.startsWith('\\ No newline') ? diffed : 'no'
          return false
        }
        return true
      },
      end() {
        close()
        settle(true)
      },
    }
  },
}
