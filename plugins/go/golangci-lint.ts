import type { Finding, Kind, LineParser } from '../../core/contract.ts'
import { levelOf, position } from '../../core/parse/index.ts'
import { ownPlaces, placeIn } from './own.ts'

const formatters = new Set(['gofmt', 'goimports', 'gofumpt', 'gci', 'golines', 'swaggo'])

export function kindOf(linter: string): Kind {
  return linter === 'typecheck' ? 'build' : formatters.has(linter) ? 'format' : 'lint'
}

/** Where no severity is configured, golangci-lint's own reports call everything an error. */
export function golangciFinding(linter: string, message: string, severity: string | undefined, place: Pick<Finding, 'file' | 'line' | 'column'>): Finding {
  return { tool: 'golangci-lint', kind: kindOf(linter), rule: linter, level: levelOf(severity || 'error'), message, ...place }
}

/** The text tells no severity, and of the linters revive alone brings its own. */
const text = ownPlaces('golangci-lint', one => golangciFinding(one.rule ?? 'golangci-lint', one.message, one.rule === 'revive' ? 'warning' : undefined, placeIn(one)))
const tab = /^(?<file>(?:[A-Za-z]:[\\/])?[^\s:]+\.(?:go|mod|work)):(?<line>\d{1,9})(?::(?<column>\d{1,9}))? {2,}(?<linter>[a-z][a-z0-9_-]+) {2,}(?<message>\S.*)$/
const command = /^::(?<level>error|warning|notice|debug) (?<properties>[a-zA-Z]+=[^:,]*(?:,[a-zA-Z]+=[^:,]*)*,?)::(?<message>\S.*) \((?<linter>[a-z][a-z0-9_-]+)\)$/
const teamcity = /^##teamcity\[inspection typeId='(?<linter>[^']*)' message='(?<message>(?:[^'|]|\|.)*)' file='(?<file>(?:[^'|]|\|.)*)' line='(?<line>\d+)'(?: additional attribute='[^']*')? SEVERITY='(?<level>\w*)'/
/** What golangci-lint could not do at all. */
const failed = /^(?:level=(?:error|fatal) msg="(?<quoted>\S.*)"|ERRO (?<marked>\S.*)|(?:Error|The command is terminated due to an error): (?<said>(?:can't load config|unsupported version of the configuration|build linters|unknown linters|no go files to analyze|context loading failed).*))$/

/**
 * golangci-lint's text (line-number, colored-line-number; the lines of code below are shown, not meant), tab, github-actions and teamcity
 * (golangci-lint.run/docs/configuration/file/#output-configuration).
 */
export const golangciLint: LineParser = {
  lines(context) {
    const reader = text.lines(context)
    return {
      line(line) {
        const finding = other(line)
        if (!finding) return reader.line(line)
        context.emit(finding)
        return true
      },
      end: () => reader.end?.(),
    }
  },
}

function other(text: string): Finding | undefined {
  switch (text.charCodeAt(0)) {
    case 58: return ofCommand(text)
    case 35: return ofTeamcity(text)
    case 108: case 69: case 84: {
      const groups = failed.exec(text)?.groups
      const message = groups?.quoted?.replaceAll('\\"', '"') ?? groups?.marked ?? groups?.said
      if (message !== undefined) return { tool: 'golangci-lint', kind: 'lint', rule: 'golangci-lint', level: 'error', message }
    }
  }
  const groups = text.includes('  ') ? tab.exec(text)?.groups : undefined
  return groups && golangciFinding(groups.linter ?? '', groups.message ?? '', groups.linter === 'revive' ? 'warning' : undefined, placeOf(groups))
}

function ofCommand(text: string): Finding | undefined {
  const groups = command.exec(text)?.groups
  if (!groups) return undefined
  const given = Object.fromEntries((groups.properties ?? '').split(',').map(pair => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]))
  if (!given.file?.endsWith('.go')) return undefined
  return golangciFinding(groups.linter ?? '', (groups.message ?? '').replaceAll('%0A', '\n').replaceAll('%25', '%'), groups.level, placeOf({ file: given.file, line: given.line, column: given.col }))
}

function ofTeamcity(text: string): Finding | undefined {
  const groups = teamcity.exec(text)?.groups
  if (!groups?.file?.endsWith('.go')) return undefined
  const plain = (escaped = '') => escaped.replace(/\|(?<mark>.)/g, (_, mark: string) => mark === 'n' ? '\n' : mark === 'r' ? '' : mark)
  return golangciFinding(groups.linter ?? '', plain(groups.message), groups.level, placeOf({ file: plain(groups.file), line: groups.line, column: undefined }))
}

function placeOf(groups: Record<string, string | undefined>): Pick<Finding, 'file' | 'line' | 'column'> {
  const line = position(groups.line)
  const column = position(groups.column)
  return { ...(groups.file ? { file: groups.file } : {}), ...(line ? { line } : {}), ...(column ? { column } : {}) }
}
