import type { Finding, Fix, LineParser } from '../../core/contract.ts'

const listed = /^(?:[A-Za-z]:[\\/])?[^\s:*?"<>|()[\]{}=,;#]+\.go$/
const listing = /^(?:[+$>]+ )?(?:\S*\/)?(?:gofmt|gofumpt|goimports) (?:.* )?(?:-l|-s -l|-l -s)(?: |$)/
const oldHeader = /^--- (?<file>\S.*?)(?:\.orig)?(?:\t.*)?$/
const hunkHead = /^@@ -(?<line>\d+)(?:,(?<old>\d+))? \+\d+(?:,(?<new>\d+))? @@/

interface Hunk { line: number; old: number; new: number; first: number | undefined; end: number; text: string[]; held: string[] }

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
      if (hunk?.first !== undefined && file !== undefined) emit(hunkFinding(file, hunk))
      hunk = undefined
    }
    const settle = (isList: boolean) => {
      if (isList) for (const path of waiting) emit(unformatted(path))
      waiting = []
    }
    return {
      line(text) {
        if (hunk && take(hunk, text)) {
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
        const head = c === 64 ? hunkHead.exec(text)?.groups : undefined
        if (!head) {
          diffed = text.startsWith('\\ No newline') ? diffed : 'no'
          return false
        }
        const old = Number(head.old ?? 1)
        hunk = { line: Number(head.line) + (old === 0 ? 1 : 0), old, new: Number(head.new ?? 1), first: undefined, end: 0, text: [], held: [] }
        return true
      },
      end() {
        close()
        settle(true)
      },
    }
  },
}

const message = 'Not formatted as gofmt does'

function unformatted(file: string): Finding {
  return { tool: 'gofmt', kind: 'format', level: 'warning', message, file }
}

/** False when the line cannot belong to the hunk, which is then broken off. */
function take(hunk: Hunk, text: string): boolean {
  const sign = text === '' ? ' ' : text[0]
  if (sign === '\\') return true
  if (sign !== ' ' && sign !== '-' && sign !== '+') return false
  if (sign !== ' ') {
    hunk.first ??= hunk.line
    hunk.text.push(...hunk.held)
    hunk.held = []
  } else if (hunk.first !== undefined) hunk.held.push(text.slice(1))
  if (sign === '+') hunk.text.push(text.slice(1))
  else {
    hunk.line++
    hunk.old--
  }
  if (sign !== '-') hunk.new--
  if (sign !== ' ') hunk.end = hunk.line
  return true
}

function hunkFinding(file: string, { first = 1, end, text }: Hunk): Finding {
  const replacement = { line: first, column: 1, endLine: end, endColumn: 1, text: text.map(line => `${line}\n`).join('') }
  const fix: Fix = { changes: [{ file, replacements: [replacement] }] }
  return { ...unformatted(file), line: first, ...(end - 1 > first ? { endLine: end - 1 } : {}), ...(text.length < 2000 ? { fixes: [fix] } : {}) }
}
