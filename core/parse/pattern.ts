import type { Finding, Kind, Level, LineParser } from '../contract.ts'
import { levelOf, position } from './level.ts'

export type Groups = Readonly<Record<string, string | undefined>>

interface Options {
  tool: string
  kind: Kind
  /** Tried in order on every line; the first that matches wins. Anchored, with named groups: file, line, column, endLine, endColumn, rule, level, message. */
  match: RegExp | readonly RegExp[]
  /** A cheap test that every line of this tool passes, and most others do not: asked before any pattern. */
  might?: (line: string) => boolean
  /** Default: the `level` group by `levelOf`. */
  level?: Level | ((groups: Groups) => Level)
  /** Last word: change the finding, or drop it (undefined). */
  map?: (finding: Finding, groups: Groups) => Finding | undefined
  /** Following lines that belong to the finding and go into its `trace`. Asked before `match`. */
  continues?: (line: string, finding: Finding) => boolean
  reports?: readonly string[]
}

/** A tool whose trace never ends must not keep the log in memory. */
const maxTraceLines = 200

/** A parser for tools that print one finding per line, or per few lines. */
export function linePattern(options: Options): LineParser {
  const patterns = options.match instanceof RegExp ? [options.match] : options.match
  const { might = () => true } = options
  return {
    ...(options.reports ? { reports: options.reports } : {}),
    lines({ emit }) {
      let pending: Finding | undefined
      let trace: string[] = []
      const flush = () => {
        if (pending) emit(trace.length ? { ...pending, trace: [...(pending.trace === undefined ? [] : [pending.trace]), ...trace].join('\n') } : pending)
        pending = undefined
        trace = []
      }
      return {
        line(text) {
          if (pending && options.continues?.(text, pending)) {
            if (trace.length < maxTraceLines) trace.push(text)
            return true
          }
          if (!pending && !might(text)) return false
          for (const pattern of patterns) {
            const groups = pattern.exec(text)?.groups
            if (!groups) continue
            flush()
            const raw = findingOf(groups, options)
            pending = options.map ? options.map(raw, groups) : raw
            if (!options.continues) flush()
            return true
          }
          if (pending) flush()
          return false
        },
        end: flush,
      }
    },
  }
}

function findingOf(groups: Groups, { tool, kind, level }: Options): Finding {
  const finding: Finding = {
    tool, kind,
    level: typeof level === 'function' ? level(groups) : level ?? levelOf(groups.level),
    message: groups.message ?? '',
  }
  if (groups.rule) finding.rule = groups.rule
  if (groups.file) finding.file = groups.file
  for (const name of ['line', 'column', 'endLine', 'endColumn'] as const) {
    const value = position(groups[name])
    if (value !== undefined) finding[name] = value
  }
  return finding
}
