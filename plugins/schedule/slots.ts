import { CronExpressionParser } from 'cron-parser'

const minute = 60_000

/**
 * The first moment after `after` (exclusive) that a cron line names, in its time zone; all in milliseconds since 1970. An hour that does not exist
 * moves to the next, one that exists twice counts once for a fixed hour and twice for `*`. Throws where the line is none, or never comes (30 February).
 */
export function nextSlot(cron: string, timezone: string, after: number): number {
  const line = `${cron} ${timezone}`
  const before = known.get(line)
  if (before && before.from <= after && after < before.slot) return before.slot
  const slot = slotAfter(cron, timezone, after)
  if (known.size >= mostKnown) known.clear()
  known.set(line, { from: after, slot })
  return slot
}

/** Whoever begins in the hour that exists twice does not know that it is the second: so hours after a change of time all begin before it. */
function slotAfter(cron: string, timezone: string, after: number): number {
  const before = after - 180 * minute
  const line = CronExpressionParser.parse(cron, { currentDate: new Date(offsetAt(before, timezone) === offsetAt(after, timezone) ? after : before), tz: timezone })
  for (;;) {
    const slot = line.next().getTime()
    if (slot > after) return slot
  }
}

const formats = new Map<string, Intl.DateTimeFormat>()

/** As text: `GMT+02:00`. */
function offsetAt(ms: number, timezone: string): string | undefined {
  let format = formats.get(timezone)
  if (!format) formats.set(timezone, format = new Intl.DateTimeFormat('en', { timeZone: timezone, timeZoneName: 'longOffset' }))
  return format.formatToParts(ms).find(part => part.type === 'timeZoneName')?.value
}

/** Of each line the last answer, which holds for every moment from then to the slot: thousands of lines are asked every minute, and to parse one takes most of a millisecond. */
const known = new Map<string, { from: number; slot: number }>()
const mostKnown = 20_000

/** The last slot in (after, until]; undefined where there is none. Looks forward only, from further and further back: backward, the days of the change of time come out otherwise. */
export function latestSlot(cron: string, timezone: string, after: number, until: number): number | undefined {
  for (let reach = 2 * minute; ; reach *= 60) {
    const from = Math.max(after, until - reach)
    let slot = nextSlot(cron, timezone, from)
    if (slot <= until) {
      for (let next = slot; next <= until; next = nextSlot(cron, timezone, slot)) slot = next
      return slot
    }
    if (from === after) return undefined
  }
}

/**
 * How long a line that others share waits, in milliseconds and whole minutes: always the same. A line that comes several times an hour is not spread,
 * so that a start stays before the next slot.
 */
export function jitterOf(line: { key: string; cron: string }, spreadMs: number): number {
  if (!/^\d+\s/.test(line.cron.trim())) return 0
  const steps = Math.floor(Math.min(spreadMs, 30 * minute) / minute) + 1
  return Number.parseInt(line.key.slice(0, 8), 16) % steps * minute
}
