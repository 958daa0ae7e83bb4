/** One line of TAP, without its indentation. */
export type TapLine =
  | { type: 'version' } | { type: 'close' }
  | { type: 'plan'; start: number; end: number }
  | { type: 'subtest'; name: string }
  | { type: 'bail'; reason: string }
  | { type: 'pragma'; key: string; on: boolean }
  | Point

export interface Point {
  type: 'point'
  ok: boolean
  id: number | undefined
  name: string
  skip: boolean
  todo: boolean
  seconds: number | undefined
  /** The point opens a block of subtests: `ok 1 - name {`. */
  opens: boolean
}

/**
 * TAP 14 (testanything.org), as generous as producers need: `ok-name`, `ok 2-name`, `1 .. 5` are nobody's, but the first two occur.
 * Go's `ok  \tpackage\t0.1s` is no point.
 */
export function tapLine(text: string): TapLine | undefined {
  const c = text.charCodeAt(0)
  if (c === 111 || c === 110) return pointOf(text)
  if (c === 125) return /^\}\s*$/.test(text) ? { type: 'close' } : undefined
  if (c === 35) {
    const name = /^# Subtest(?::\s?(?<name>.*))?$/.exec(text)
    return name ? { type: 'subtest', name: name.groups?.name?.trim() ?? '' } : undefined
  }
  if (c === 84 || c === 116) return /^TAP version \d+\s*$/i.test(text) ? { type: 'version' } : undefined
  if (c === 66 || c === 98) {
    const bail = /^Bail out!(?<reason>.*)$/i.exec(text)
    return bail ? { type: 'bail', reason: bail.groups?.reason?.trim() ?? '' } : undefined
  }
  if (c === 112) {
    const pragma = /^pragma (?<sign>[+-])(?<key>[\w-]+)\s*$/.exec(text)?.groups
    return pragma ? { type: 'pragma', key: pragma.key ?? '', on: pragma.sign === '+' } : undefined
  }
  if (c < 48 || c > 57) return undefined
  const plan = /^(?<start>\d{1,15})\.\.(?<end>\d{1,15})\s*(?:#.*)?$/.exec(text)?.groups
  return plan ? { type: 'plan', start: Number(plan.start), end: Number(plan.end) } : undefined
}

function pointOf(text: string): Point | undefined {
  const groups = /^(?<not>not )?ok(?=$|[ -])(?: +(?<id>\d{1,15})(?=$|[\s-]))?(?<rest>.*)$/.exec(text)?.groups
  if (!groups || /^\s*\t/.test(groups.rest ?? '')) return undefined
  const rest = (groups.rest ?? '').replace(/^\s*-(?:\s|(?=\S))/, '').trim()
  const { name, directive } = split(rest)
  const opens = rest.endsWith('{') && !rest.endsWith('\\{')
  const word = /^(?<word>todo|skip)/i.exec(directive)?.groups?.word?.toLowerCase()
  const time = /^(?:time=(?<value>\d+(?:\.\d+)?)(?<unit>ms|s)|duration_ms (?<ms>\d+(?:\.\d+)?))(?:\s*\{)?$/i.exec(directive)?.groups
  const known = word !== undefined || time !== undefined
  const whole = known || directive === '' ? name : unescaped(rest)
  return {
    type: 'point', ok: groups.not === undefined,
    id: groups.id === undefined ? undefined : Number(groups.id),
    name: (opens ? whole.replace(/\s*\{$/, '') : whole).trim(),
    skip: word === 'skip', todo: word === 'todo', opens,
    seconds: time ? (time.ms === undefined && time.unit?.toLowerCase() === 's' ? Number(time.value) : Number(time.ms ?? time.value) / 1000) : undefined,
  }
}

/** The description and what follows its first unescaped `#` that stands at the beginning or after a blank. */
function split(rest: string): { name: string; directive: string } {
  for (let at = rest.indexOf('#'); at >= 0; at = rest.indexOf('#', at + 1)) {
    const before = rest[at - 1]
    if (before === undefined || before === ' ' || before === '\t') return { name: unescaped(rest.slice(0, at).trim()), directive: unescaped(rest.slice(at + 1).trim()) }
  }
  return { name: unescaped(rest), directive: '' }
}

function unescaped(text: string): string {
  return text.includes('\\') ? text.replace(/\\([\\#])/g, '$1') : text
}
