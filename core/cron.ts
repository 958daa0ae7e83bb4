const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
const days = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat']

interface Field { name: string; low: number; high: number; words?: readonly string[] }

/** In their order. Of the week, 0 and 7 are Sunday. */
const fields: readonly Field[] = [
  { name: 'minute', low: 0, high: 59 }, { name: 'hour', low: 0, high: 23 }, { name: 'day of month', low: 1, high: 31 },
  { name: 'month', low: 1, high: 12, words: months }, { name: 'day of week', low: 0, high: 7, words: days },
]

/** What is wrong with a line in the form of crontab(5); undefined where nothing is. Light on purpose: every door checks with it. */
export function cronFault(line: string): string | undefined {
  const given = line.trim().split(/\s+/)
  if (given.length !== fields.length) return 'must have five fields: minute, hour, day of month, month, day of week'
  for (const [at, field] of fields.entries()) {
    const bad = (given[at] ?? '').split(',').find(item => !isItem(item, field))
    if (bad !== undefined) return `${JSON.stringify(bad)} is no ${field.name}: it takes ${field.low}-${field.high}, *, lists, ranges and steps (*/2, 1-5/2)`
  }
  return undefined
}

function isItem(item: string, field: Field): boolean {
  const found = /^(?:\*|(?<from>[a-z]{3}|\d{1,2})(?:-(?<to>[a-z]{3}|\d{1,2}))?)(?:\/(?<step>\d{1,2}))?$/i.exec(item)?.groups
  if (!found || found.step !== undefined && (Number(found.step) === 0 || found.from !== undefined && found.to === undefined)) return false
  const [from, to] = [valueOf(found.from, field), valueOf(found.to, field)]
  return [from, to].every(one => one === undefined || one >= field.low && one <= field.high) && (from === undefined || to === undefined || from <= to)
}

function valueOf(text: string | undefined, { low, words = [] }: Field): number | undefined {
  if (text === undefined) return undefined
  if (/^\d/.test(text)) return Number(text)
  const at = words.indexOf(text.toLowerCase())
  return at < 0 ? Number.NaN : at + low
}

/** Whether this machine knows a time zone of that name (IANA). */
export function isTimezone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name }).format()
    return true
  } catch { return false }
}
