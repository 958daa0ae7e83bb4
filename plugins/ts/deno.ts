import { frame, longest, path, place } from './frames.ts'
import { position } from '../../core/parse/index.ts'
import type { Finding, LineParser, Location } from '../../core/contract.ts'

const lint = /^(?<level>error|warning)\[(?<rule>[a-z][a-z0-9/-]+)\]: (?<message>.*)$/
/** Before 1.37: the rule in parentheses, then the code, then the place. */
const oldLint = /^\((?!(?:pass|fail|skip|todo|error|warning|style|information|performance|portability|debug)\))(?<rule>[a-z][a-z0-9-]+)\) (?<message>\S.*)$/
const lintPlace = /^ *--> (?<file>\S.*):(?<line>\d+):(?<column>\d+)$/
/** Ruff and ty print headings and places of the same form, for Python; cargo-deny draws a box. */
const foreign = /\.(?:pyi?|ipynb|toml|rs)$/
const box = /^ *[┌├]/
const hint = /^ *= hint: (?<text>.*)$/
const compact = /^(?<file>file:\/\/\S.*): line (?<line>\d+), col (?<column>\d+) - (?<message>.*) \((?<rule>[a-z][a-z0-9/-]+)\)$/
const check = /^(?:error: )?(?<rule>TS\d+) \[(?<level>ERROR|WARNING)\]: (?<message>.*)$/
const uncaught = /^error: (?:Uncaught (?:\(in promise\) )?(?:\w*Error: )?|(?=Module not found|The module's source code could not be parsed|Relative import path))(?<message>.*)$/
const at = /^ +at (?<place>file:\/\/\S.*:\d+:\d+)$/
const unreadable = /^Error (?:linting|checking): (?<file>\S.*)$/
const syntax = /^ +SyntaxError: (?<message>.*)$/
const unformatted = /^from (?<file>\S.*):$/
const unformattedEnd = /^error: Found \d+ not formatted files?/

/** Deno's own checks: `deno lint` (pretty, compact), `deno check`, `deno fmt --check`, and an uncaught error. Its tests have a parser of their own. */
export const deno: LineParser = {
  lines(context) {
    let open: Finding | undefined
    let related: Location[] = []
    let unformattedFiles: string[] = []
    const close = () => {
      if (open && !(open.kind === 'lint' && open.line === undefined && open.file === undefined)) context.emit({ ...open, ...(related.length ? { related } : {}) })
      open = undefined
      related = []
    }
    const begin = (finding: Finding) => {
      close()
      open = finding
      return true
    }
    return {
      line(text) {
        if (!open && !mayBegin(text)) return
        const started = start(text)
        if (started) return begin(started)
        const flat = text.length > longest ? undefined : compact.exec(text)?.groups
        if (flat) {
          close()
          context.emit({ ...base(flat), file: path(flat.file ?? ''), line: position(flat.line), column: position(flat.column) })
          return true
        }
        const diff = unformatted.exec(text)?.groups?.file
        if (diff) unformattedFiles.push(path(diff))
        if (unformattedEnd.test(text)) {
          for (const file of unformattedFiles) context.emit({ tool: 'deno', rule: 'fmt', level: 'warning', kind: 'format', message: 'Not formatted as deno fmt would', file })
          unformattedFiles = []
          return true
        }
        if (!open) return
        const where = lintPlace.exec(text)?.groups
        const frames = at.exec(text)?.groups?.place
        const said = open.message === '' ? syntax.exec(text)?.groups?.message : undefined
        const advice = hint.exec(text)?.groups?.text
        if (said) open = { ...open, message: said }
        else if (advice) open = { ...open, help: { text: advice } }
        else if (open.line === undefined && open.kind === 'lint' && (where ? foreign.test(where.file ?? '') : box.test(text))) open = undefined
        else if (where && open.line === undefined) open = { ...open, file: where.file, line: position(where.line), column: position(where.column) }
        else if (frames) {
          const spot = place(frames)
          if (open.line === undefined && spot) open = { ...open, ...spot }
          else if (spot && open.kind === 'build' && open.rule) related.push(spot)
        } else if (open.line === undefined && frame([text])) open = { ...open, ...frame([text]) }
        return true
      },
      end: close,
    }
  },
}

/** `error…`, `warning…`, `Error…`, `TS…`, `file://…`, `from …`, `(rule) …` */
function mayBegin(text: string): boolean {
  const c = text.charCodeAt(0)
  return c === 101 || c === 119 || c === 69 || c === 84 || c === 102 || c === 40
}

function start(text: string): Finding | undefined {
  const groups = (lint.exec(text) ?? check.exec(text))?.groups
  if (groups) return { ...base(groups), kind: groups.rule?.startsWith('TS') ? 'build' : 'lint' }
  const message = uncaught.exec(text)?.groups?.message
  if (message) return { tool: 'deno', level: 'error', kind: 'build', message }
  const old = text.charCodeAt(0) === 40 && text.length <= longest ? oldLint.exec(text)?.groups : undefined
  if (old) return base(old)
  const file = unreadable.exec(text)?.groups?.file
  return file ? { tool: 'deno', rule: 'syntax', level: 'error', kind: 'lint', message: '', file } : undefined
}

function base(groups: Record<string, string | undefined>): Finding {
  return { tool: 'deno', rule: groups.rule, level: groups.level?.toLowerCase() === 'warning' ? 'warning' : 'error', kind: 'lint', message: groups.message ?? '' }
}
