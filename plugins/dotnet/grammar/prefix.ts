import { remembering } from '../../../core/parse/index.ts'

const time = String.raw`\d{2}:\d{2}:\d{2}(?:[.,]\d{1,9})?`
const prefix = new RegExp([
  String.raw`^\uFEFF?\s{0,80}`,
  String.raw`(?:\[?\d{4}-\d{2}-\d{2}[T ]${time}(?:Z|[+-]\d{2}:?\d{2})?\]?\s{1,4})?`,
  String.raw`(?:\[?${time}\]?[EWFi]?\s{0,2}:?\s{1,12})?`,
  // ant's and NAnt's task, TeamCity's step.
  String.raw`(?:\[[A-Za-z][\w /.-]{0,60}\]\s{1,8}){0,3}`,
  String.raw`(?:##\[(?:error|warning)\]|(?:Error|Warning): (?=\S))?`,
  // MSBuild's node, with and without the project's number within it.
  String.raw`(?:\d{1,4}(?::\d{1,4})?>)?\s{0,80}`,
].join(''))

/**
 * A line without what build servers and MSBuild itself put before a message: times, the task of ant, `##[error]` of Azure DevOps,
 * `Error: ` of GitHub, the node `3>`.
 */
export const plain: (line: string) => string = remembering(line => line.replace(prefix, '').trimEnd())

const stamp = new RegExp(String.raw`^\[?\d{4}-\d{2}-\d{2}[T ]${time}(?:Z|[+-]\d{2}:?\d{2})?\]? `)

/** A line without the time of a build server before it, its own blanks kept: consoles of tests tell by them. */
export const untimed: (line: string) => string = remembering(line => {
  const c = line.charCodeAt(line.charCodeAt(0) === 91 ? 1 : 0)
  return c >= 48 && c <= 57 ? line.replace(stamp, '') : line
})
