/**
 * What build services put before a line: GitHub's and GitLab's time, Jenkins' times in their three forms, BuildKit's `#12 3.456 `.
 * Only whole forms: a time alone may be the tool's own. Two may stand before one line, as of BuildKit under GitHub.
 */
const stamp = /^(?:(?:\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z (?:\d\d[OE][ +])?|\[\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z\] |\[\d\d:\d\d:\d\d(?:\.\d{1,6})?\] |\d\d:\d\d:\d\d(?:\.\d{3})? {2}|#\d{1,4} \d{1,6}\.\d{1,3} )){1,2}/
/** Azure's and GitHub's words for a line that they show in colour. */
const command = /^##\[(?:error|warning|notice|debug)\](?=\S)/

/** How many characters of a line are a build service's, not the tool's. */
export function stampOf(text: string): number {
  const c = text.charCodeAt(0)
  if (c !== 35 && c !== 91 && !(c >= 48 && c <= 57)) return 0
  const time = stamp.exec(text)?.[0].length ?? 0
  if (text.charCodeAt(time) !== 35) return time
  return time + (command.exec(text.slice(time, time + 16))?.[0].length ?? 0)
}
