/** When a day's digest is due: its hour, in its time zone. */
export interface Clock { hour: number; timezone: string }

const dayMs = 86_400_000

/** The moment of a day's digest, in milliseconds since 1970. An hour that the day does not have is the one after it; of one that it has twice, the first. */
export function slotOf(date: string, { hour, timezone }: Clock): number {
  const wall = Date.parse(`${date}T00:00:00Z`) + hour * 3_600_000
  const before = wall - offsetAt(wall - dayMs, timezone)
  const after = wall - offsetAt(wall + dayMs, timezone)
  const found = [before, after].filter(one => one + offsetAt(one, timezone) === wall)
  return found.length ? Math.min(...found) : before
}

/** The day whose digest was due last. */
export function dayAt(ms: number, clock: Clock): string {
  const today = new Date(ms + offsetAt(ms, clock.timezone)).toISOString().slice(0, 10)
  return slotOf(today, clock) <= ms ? today : addDays(today, -1)
}

/** What a day's digest tells of: from the slot before (inclusive) to its own (exclusive). 23 and 25 hours where the clocks change. */
export function windowOf(date: string, clock: Clock): { from: string; until: string } {
  return { from: new Date(slotOf(addDays(date, -1), clock)).toISOString(), until: new Date(slotOf(date, clock)).toISOString() }
}

export function addDays(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * dayMs).toISOString().slice(0, 10)
}

export function isDate(text: string): boolean {
  return /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(`${text}T00:00:00Z`)) && addDays(text, 0) === text
}

const formats = new Map<string, Intl.DateTimeFormat>()

/** What a clock on the wall is ahead of UTC, in milliseconds. */
function offsetAt(ms: number, timezone: string): number {
  let format = formats.get(timezone)
  if (!format) formats.set(timezone, format = new Intl.DateTimeFormat('en-US', { timeZone: timezone, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric' }))
  const part = Object.fromEntries(format.formatToParts(ms).map(({ type, value }) => [type, Number(value)]))
  const second = Math.floor(ms / 1000) * 1000
  return Date.UTC(part.year ?? 0, (part.month ?? 1) - 1, part.day, part.hour, part.minute, part.second) - second
}
