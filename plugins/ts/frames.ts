import { remembering } from '../../core/parse/index.ts'

/** A place in a source file, as tools print it: `file:line:column`, or V8's `at f (file:///x.js:1:2)`. */
export interface Place {
  file: string
  line: number
  column: number
}

/** No frame and no message is longer; what a test printed may be, and some patterns look at it more than once. */
export const longest = 4000

const frameLine = /^\s*(?:at|❯|›|file:)\s(?<rest>.*)$/
const foreign = /node_modules\/|^node:|^ext:|^internal\/|^native|^\[|^<anonymous>|^bun:|^deno:/

/** The first frame of a stack that lies in the project's own code. Frames of V8, Bun, Deno, Vitest and AVA. */
export function frame(lines: readonly string[]): Place | undefined {
  for (const line of lines) {
    const rest = frameLine.exec(line.slice(0, longest))?.groups?.rest
    const found = rest === undefined ? undefined : place(inside(rest))
    if (found && !foreign.test(found.file)) return found
  }
  return undefined
}

/** `a.js:1:2` to its parts; `file://` is taken away. Undefined where the text ends otherwise. */
export function place(text: string): Place | undefined {
  const end = /:(?<line>\d{1,9}):(?<column>\d{1,9})\)?:?$/.exec(text)
  if (!end) return undefined
  const file = path(text.slice(0, end.index))
  const line = Number(end.groups?.line)
  return file && line > 0 ? { file, line, column: Math.max(1, Number(end.groups?.column)) } : undefined
}

/** A file URL to a path; all else stays. */
export function path(text: string): string {
  const bare = text.trim().replace(/^file:\/\//, '')
  return /^\/[A-Za-z]:\//.test(bare) ? bare.slice(1) : bare
}

/** Whether a line may be the heading of a table: a file's name, perhaps with a place, or `<text>`. Looked at before any pattern. */
export const mayName = remembering(line => {
  const end = line.charCodeAt(line.length - 1)
  const word = end >= 97 && end <= 122 || end >= 65 && end <= 90 || end >= 48 && end <= 57 || end === 95 || end === 45
  return end === 62 || word && line.includes('.')
})

/** Cuts a trailing ` (rule)` off a message. */
export function ruleAtEnd(text: string): { message: string; rule: string | undefined } {
  const trimmed = text.trimEnd()
  const open = trimmed.endsWith(')') ? trimmed.lastIndexOf(' (') : -1
  const rule = open < 0 ? '' : trimmed.slice(open + 2, -1)
  if (!/^@?[A-Za-z][\w@/.:-]*$/.test(rule)) return { message: trimmed, rule: undefined }
  return { message: trimmed.slice(0, open).trimEnd(), rule: rule === 'null' ? undefined : rule }
}

/** Splits the columns of a table row at the last gap of two blanks: message and rule. */
export function ruleInColumn(text: string): { message: string; rule: string | undefined } {
  const trimmed = text.trim()
  const gap = trimmed.lastIndexOf('  ')
  const rule = gap < 0 ? '' : trimmed.slice(gap + 2).trim()
  if (!/^@?[A-Za-z][\w@/.():-]*$/.test(rule)) return { message: trimmed, rule: undefined }
  return { message: trimmed.slice(0, gap).trimEnd(), rule }
}

const frameOrCode = /^\s*(?:╭─|at\s|❯\s|›\s|>?\s*\d+\s?[|│])/

/** The part of a failure's text above its code frame and stack, without its common indent; at most 40 lines. */
export function headline(lines: readonly string[]): string {
  const stop = lines.findIndex(line => frameOrCode.test(line.slice(0, longest)))
  const own = lines.slice(0, stop < 0 ? 40 : Math.min(stop, 40)).map(line => line.slice(0, longest))
  const indents = own.filter(line => line.trim()).map(line => line.length - line.trimStart().length)
  const indent = Math.min(...indents, 20)
  return own.map(line => line.slice(indent).trimEnd()).join('\n').trim()
}

function inside(rest: string): string {
  const open = rest.lastIndexOf('(')
  if (open >= 0 && rest.endsWith(')')) return rest.slice(open + 1, -1)
  return rest.replace(/^async /, '').replace(/^\S+ (?=\S+:\d+:\d+$)/, '')
}
