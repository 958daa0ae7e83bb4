/** What build servers make of a message before it is printed. */

/** TeamCity's escapes in a service message: `|'`, `|n`, `|[`, `|0x2028`. */
export function unescapeTeamCity(text: string): string {
  return text.replace(/\|(?:0x(?<hex>[0-9A-Fa-f]{4})|(?<one>.))/g, (_all, hex: string | undefined, one: string | undefined) => {
    if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16))
    return one === 'n' || one === 'r' ? ' ' : one ?? ''
  })
}

/** `##teamcity[message text='…' status='ERROR']` → the text. */
export function teamCityText(line: string): string | undefined {
  const start = /##teamcity\[message [^']{0,80}text='/.exec(line)
  if (!start) return undefined
  const from = start.index + start[0].length
  let to = from
  while (to < line.length && line[to] !== `'`) to += line[to] === '|' ? 2 : 1
  return unescapeTeamCity(line.slice(from, to))
}

/** `##vso[task.logissue type=error;sourcepath=a.cs;linenumber=5;columnnumber=3;code=CS0103;]text` → its properties and its text. */
export function logIssue(line: string): { properties: Readonly<Record<string, string>>; text: string } | undefined {
  const at = line.indexOf('##vso[task.logissue ')
  const end = at < 0 ? -1 : line.indexOf(']', at)
  if (end < 0) return undefined
  const properties = line.slice(at + 20, end).split(';').flatMap(pair => {
    const is = pair.indexOf('=')
    return is < 0 ? [] : [[pair.slice(0, is).trim().toLowerCase(), pair.slice(is + 1).replaceAll('%3B', ';').replaceAll('%5D', ']').replaceAll('%25', '%')] as const]
  })
  return { properties: Object.fromEntries(properties), text: line.slice(end + 1) }
}
