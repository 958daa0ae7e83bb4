import type { Location } from '../../../core/contract.ts'

/** A message in the form that all of MSBuild's tools share: `origin(line,column): subcategory error CODE: text [project]`. */
export interface Canonical extends Omit<Location, 'file' | 'message'> {
  /** As printed; undefined where a tool speaks of no file. */
  file?: string
  word: string
  code?: string
  message: string
  project?: string
}

const said = /(?<=^|[\s:])(?<word>error|warning|message|info|note)(?:\s{1,2}(?<code>[A-Za-z][\w.-]{0,60}))?\s{0,3}:(?=\s|$)/gi
const code = /^(?:[A-Za-z]{1,20}[_-]?\d{1,9}(?:[._-]\d{1,9})?[A-Za-z]{0,12}|EnableGenerateDocumentationFile|WHITESPACE|CHARSET|ENDOFLINE|FINALNEWLINE|IMPORTS)$/
/** Codes without digits count where a place stands before them. */
const loud = /^[A-Z][A-Z0-9_-]{1,30}$/
/** What may stand between the origin and the word: nothing, or a subcategory such as `fatal` or `Command line`. */
const between = /(?:^|[:)]\s{0,4})(?:[A-Za-z][\w -]{0,30} )?$/
const place = /^\((?<line>\d{1,9})(?:-(?<endLine>\d{1,9}))?(?:,(?<column>\d{1,9})(?:-(?<endColumn>\d{1,9}))?(?:,(?<lastLine>\d{1,9}),(?<lastColumn>\d{1,9}))?)?\)$/
const projectFile = /\.(?:\w{0,12}proj|slnx?|slnf|metaproj|targets|props)$/i
const ownFile = /\.(?:csx?|vb|fsx?|fsi|xaml|axaml|razor|cshtml|vbhtml|resx|aspx|ascx|tt|\w{0,12}proj|slnx?|targets|props|config|nuspec|rc|idl)$/i
const tasks = /^(?:EXEC|CUSTOMBUILD|CSC|VBC|FSC|MSBUILD|LINK|ILLINK|ALINK|SGEN|MIDL|TLBIMP)$/
const program = /^[\w.+-]{1,40}$/
const path = /^(?:[A-Za-z]:)?[\\/]|\.\w{1,12}$/

/** MSBuild's canonical form (its CanonicalError); the first word of a line that can be one counts. */
export function canonical(text: string): Canonical | undefined {
  said.lastIndex = 0
  for (let found = said.exec(text); found; found = said.exec(text)) {
    const { word = '', code: rule } = found.groups ?? {}
    if (rule !== undefined && !code.test(rule) && !loud.test(rule)) continue
    const before = text.slice(0, found.index)
    if (before.length > 2000 || !between.test(before.slice(-60))) continue
    const { project, message } = withoutProject(text.slice(said.lastIndex))
    const origin = originOf(before)
    if (!origin || !believable(origin, rule, project)) continue
    return { ...origin, word: word.toLowerCase(), message, ...rule !== undefined && { code: rule }, ...project !== undefined && { project } }
  }
  return undefined
}

function withoutProject(rest: string): { project?: string; message: string } {
  const end = rest.trimEnd()
  const at = end.endsWith(']') ? end.lastIndexOf(' [') : -1
  if (at < 0) return { message: end.trim() === '' ? '' : end.replace(/^ /, '') }
  const [project = ''] = end.slice(at + 2, -1).split('::', 1)
  return projectFile.test(project) ? { project, message: end.slice(0, at).replace(/^ /, '').trimEnd() } : { message: end.replace(/^ /, '') }
}

type Origin = Omit<Canonical, 'word' | 'code' | 'message' | 'project'> & { tool?: string }

function originOf(before: string): Origin | undefined {
  const whole = before.replace(/\s{0,4}(?::\s{0,4})?(?:(?<=[:)]\s{0,4})[A-Za-z][\w -]{0,30} )?$/, '').trimEnd().replace(/\s{0,3}:$/, '')
  // A runner of many packages at once puts their names before: `web:build: src/a.ts(1,7)`.
  const text = whole.slice(whole.lastIndexOf(': ') + 1).trimStart()
  if (text === '') return {}
  const at = text.endsWith(')') ? text.lastIndexOf('(') : -1
  const groups = at > 0 ? place.exec(text.slice(at))?.groups : undefined
  if (!groups) return program.test(text) && !(path.test(text) && !/\.exe$/i.test(text)) ? { tool: text } : path.test(text) ? { file: text } : undefined
  const number = (...names: string[]) => names.map(name => Number(groups[name])).find(value => value >= 1)
  const { line, endLine, column, endColumn } = { line: number('line'), endLine: number('lastLine', 'endLine'), column: number('column'), endColumn: number('lastColumn', 'endColumn') }
  return { file: text.slice(0, at).trimEnd(), ...line && { line }, ...column && { column }, ...endLine && { endLine }, ...endColumn && { endColumn } }
}

/** Prose has errors too. A message has a code, or a project behind it, or a place in a file of these languages before it. */
function believable(origin: Origin, rule: string | undefined, project: string | undefined): boolean {
  if (project !== undefined) return true
  if (rule !== undefined) return origin.line !== undefined || code.test(rule) && (origin.file === undefined || path.test(origin.file))
  return origin.line !== undefined && ownFile.test(origin.file ?? '') || tasks.test(origin.tool ?? '')
}
