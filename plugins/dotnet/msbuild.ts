import { posix } from 'node:path'
import type { Finding, Kind, Level, LineParser, Location } from '../../core/contract.ts'
import { held, mark, marks, position } from '../../core/parse/index.ts'
import { advisoryOf } from './grammar/advisory.ts'
import { canonical, type Canonical } from './grammar/canonical.ts'
import { plain } from './grammar/prefix.ts'
import { logIssue, teamCityText } from './grammar/services.ts'

/**
 * MSBuild and all that speaks through it, in the one form that it knows: csc, vbc, fsc, mcs, analyzers, NuGet, the SDK, and Microsoft's
 * C++ compiler and linker where a solution has such projects. The closing summary says it all again; equal findings are one.
 */
export const msbuild: LineParser = {
  lines(context) {
    const pending = held(context)
    return {
      line(raw) {
        const issue = raw.includes('##vso[task.logissue ') ? issueOf(raw) : undefined
        if (issue) {
          pending.hold(issue)
          return true
        }
        if (!(marks(raw) & mark.colonBlank) && !/: ?\(Location|(?:error|warning) [A-Z]\w{1,20}: ?$/i.test(raw)) return false
        const text = raw.includes('##teamcity[') ? teamCityText(raw) ?? '' : raw
        const bare = plain(text)
        const location = mono.exec(bare)?.groups
        if (location && pending.now) return pending.relate({ file: location['file']!, line: Number(location['line']), message: 'symbol related to the error' })
        const found = bare.includes('):FSharpLint ') ? undefined : canonical(bare)
        if (!found || isOther(found)) return false
        if (found.word === 'note' && found.code === undefined && pending.now && found.file !== undefined) return pending.relate({ file: inProject(found), ...at(found), message: found.message })
        if (pending.now && continues(pending.now, found)) pending.add({ message: `${pending.now.message}\n${found.message}` })
        else pending.hold(findingOf(found))
        return true
      },
      end: pending.flush,
    }
  },
}

/** mcs says where else to look on a line of its own. */
const mono = /^(?<file>[^()]{1,1000})\((?<line>\d{1,9})(?:,\d{1,9})?\): \(Location of the symbol related to previous (?:error|warning)\)$/

/** What other parsers read: failed tests. */
function isOther({ code, message }: Canonical): boolean {
  return code?.toUpperCase() === 'TESTERROR' || code === 'MSB4181' && message.includes('VSTestTask')
}

/** Each line of a message of many lines is printed with its place; those after the first are indented. */
function continues(finding: Finding, next: Canonical): boolean {
  return next.code !== undefined && next.code === finding.rule && next.message.startsWith(' ') && finding.line === next.line && finding.column === next.column && finding.message.length < 8000
}

/** Whose a code is; all others are analyzers'. */
const tools: readonly { codes: RegExp; tool: string; kind: Kind }[] = [
  { codes: /^CS\d/i, tool: 'csc', kind: 'build' },
  { codes: /^BC\d/i, tool: 'vbc', kind: 'build' },
  { codes: /^FS\d/i, tool: 'fsc', kind: 'build' },
  { codes: /^NU\d/i, tool: 'nuget', kind: 'build' },
  { codes: /^NETSDK\d/i, tool: 'dotnet', kind: 'build' },
  { codes: /^TS\d/, tool: 'tsc', kind: 'build' },
  { codes: /^(?:C|D|LNK|RC|CVT|MIDL|A|BK)\d{4}$/i, tool: 'msvc', kind: 'build' },
  { codes: /^(?:WHITESPACE|CHARSET|ENDOFLINE|FINALNEWLINE|IMPORTS)$/, tool: 'dotnet-format', kind: 'format' },
  // MSBuild itself, XAML's compilers, Razor, Xamarin, WiX.
  { codes: /^(?:MSB|MC|XFC|XLS|WMC|AVLN|XA|APT|ASP|RZ|MT|WIX|CNDL|LGHT|TI|AL|SGEN|SQL)\d/i, tool: 'msbuild', kind: 'build' },
]
const analyzers = { tool: 'roslyn', kind: 'lint' } as const
const levels: Readonly<Record<string, Level>> = { error: 'error', warning: 'warning' }

function findingOf(found: Canonical): Finding {
  const code = found.code ?? 'MSB0000'
  const { tool, kind } = tools.find(({ codes }) => codes.test(code)) ?? analyzers
  const vulnerable = /^NU190[1-4]$/i.test(found.code ?? '') ? vulnerability.exec(found.message)?.groups : undefined
  const file = inProject(found)
  return {
    tool, kind: vulnerable ? 'audit' : kind, level: levels[found.word] ?? 'note',
    message: found.message.replace(/^Microsoft\.\w{1,40} : /, '').replaceAll('\u2194', '\n').trimEnd() || found.code || 'failed',
    ...found.code !== undefined && { rule: found.code },
    ...file !== '' && { file, ...at(found) },
    ...vulnerable && { advisory: advisoryOf({ package: vulnerable['package']!, installed: vulnerable['version']!, severity: vulnerable['severity']!, url: vulnerable['url']! }) },
  }
}

const vulnerability = /Package '(?<package>[^']{1,200})' (?<version>\S{1,100}) has a known (?<severity>\w{1,20}) severity vulnerability, (?<url>https?:\/\/\S{1,500}?)\.?$/

function at({ line, column, endLine, endColumn }: Canonical): Omit<Location, 'file'> {
  const range = endLine !== undefined || endColumn !== undefined ? { endLine: endLine ?? line, endColumn } : {}
  return Object.fromEntries(Object.entries({ line, column, ...range }).filter(([, value]) => value !== undefined))
}

/** Compilers run in their project's directory. What speaks of no file speaks of the project. */
function inProject({ file, project }: Canonical): string {
  const slashed = (path: string) => path.replaceAll('\\', '/')
  if (file === undefined) return project === undefined ? '' : slashed(project)
  const path = slashed(file)
  if (project === undefined || /^(?:[A-Za-z]:)?\//.test(path)) return path
  const directory = posix.dirname(slashed(project))
  return directory === '.' || path.startsWith(`${directory}/`) ? path : posix.join(directory, path)
}

/** Azure DevOps' own form. Where the text is MSBuild's whole message, that says more. */
function issueOf(raw: string): Finding | undefined {
  const issue = logIssue(raw)
  if (!issue) return undefined
  const { type, sourcepath, linenumber, columnnumber, code } = issue.properties
  const found = canonical(plain(issue.text))
  if (found) return findingOf(found)
  if (type === undefined || code === undefined && sourcepath === undefined) return undefined
  const [line, column] = [position(linenumber), position(columnnumber)]
  const { message } = canonical(`error X1: ${issue.text}`) ?? { message: issue.text }
  return findingOf({ word: type.toLowerCase(), message, ...code && { code }, ...sourcepath && { file: sourcepath, ...line && { line }, ...column && { column } } })
}
