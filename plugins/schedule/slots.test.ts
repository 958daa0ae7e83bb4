import { CronExpressionParser } from 'cron-parser'
import t from 'tap'
import { cronFault, isTimezone } from '../../core/cron.ts'
import { jitterOf, latestSlot, nextSlot } from './slots.ts'

const zone = 'America/Los_Angeles'
const at = (text: string) => Date.parse(text)
const iso = (ms: number | undefined) => ms === undefined ? undefined : new Date(ms).toISOString().slice(0, 16)

function slots(cron: string, from: string, count: number): (string | undefined)[] {
  const found = [nextSlot(cron, zone, at(from))]
  while (found.length < count) found.push(nextSlot(cron, zone, found.at(-1)!))
  return found.map(iso)
}

t.test('an hour that does not exist, and one that exists twice', async t => {
  t.same(slots('30 2 * * *', '2026-03-07T20:00Z', 2), ['2026-03-08T10:30', '2026-03-09T09:30'], '02:30 is 03:30 on that day')
  t.same(slots('30 1 * * *', '2026-10-31T20:00Z', 2), ['2026-11-01T08:30', '2026-11-02T09:30'], 'once')
  t.same(slots('15 * * * *', '2026-11-01T07:30Z', 3), ['2026-11-01T08:15', '2026-11-01T09:15', '2026-11-01T10:15'], 'every hour is every hour')
  t.equal(iso(latestSlot('30 2 * * *', zone, at('2026-03-08T00:00Z'), at('2026-03-08T12:00Z'))), '2026-03-08T10:30')
  t.equal(iso(latestSlot('30 1 * * *', zone, at('2026-10-31T00:00Z'), at('2026-11-01T12:00Z'))), '2026-11-01T08:30')
})

t.test('wherever one begins to look, also within the hour that exists twice or beside the one that does not', async t => {
  for (const [cron, from] of [['30 1 * * *', '2026-10-31T20:00Z'], ['*/20 1-3 * * *', '2026-10-31T20:00Z'], ['45 1 * 3,11 *', '2026-10-31T20:00Z'], ['30 2 * * *', '2026-03-07T20:00Z'], ['15 * * * *', '2026-10-31T20:00Z']] as const) {
    const whole = CronExpressionParser.parse(cron, { currentDate: new Date(at(from)), tz: zone })
    const named = Array.from({ length: 40 }, () => whole.next().getTime())
    // Backward, nothing that is remembered helps.
    for (let minutes = 20 * 60; minutes > 0; minutes--) {
      const after = at(from) + minutes * 60_000
      const found = nextSlot(cron, zone, after)
      if (found !== named.find(slot => slot > after)) t.fail(`${cron} after ${iso(after)}: ${iso(found)}`)
    }
  }
})

t.test('the latest slot, over any distance', async t => {
  t.equal(latestSlot('0 6 * * *', 'UTC', at('2026-01-01T06:00Z'), at('2026-01-02T05:59Z')), undefined, 'that of `after` is over')
  t.equal(iso(latestSlot('0 6 * * *', 'UTC', at('2026-01-01T06:00Z'), at('2026-01-02T06:00Z'))), '2026-01-02T06:00', 'that of `until` counts')
  t.equal(iso(latestSlot('* * * * *', 'UTC', at('1990-01-01T00:00Z'), at('2026-01-02T06:00:59Z'))), '2026-01-02T06:00')
  t.equal(iso(latestSlot('0 0 29 2 *', 'UTC', at('2019-01-01T00:00Z'), at('2027-01-01T00:00Z'))), '2024-02-29T00:00')
  t.throws(() => nextSlot('0 0 30 2 *', 'UTC', 0), 'it never comes')
})

t.test('lines that are none', async t => {
  for (const good of ['0 6 * * *', '*/5 * * * *', '0,30 8-18/2 1-7 jan-mar,DEC mon-fri', '59 23 31 12 7', '* * * * 0']) t.equal(cronFault(good), undefined, good)
  for (const bad of ['', '* * * *', '* * * * * *', '60 * * * *', '* 24 * * *', '* * 0 * *', '* * * 13 *', '* * * * 8', '*/0 * * * *', '5/5 * * * *', '5-1 * * * *', '1,,2 * * * *', 'H * * * *', '@daily', '* * * foo *', '-1 * * * *']) {
    t.ok(cronFault(bad), bad)
  }
  t.match(cronFault('0 25 * * *'), /"25" is no hour/)
  t.same([isTimezone('Europe/Berlin'), isTimezone('UTC'), isTimezone('Middle/Earth')], [true, true, false])
})

t.test('equal times are spread, always the same way, and stay before the next slot', async t => {
  const keys = Array.from({ length: 200 }, (_, at) => (at * 2_654_435_761 % 2 ** 32).toString(16).padStart(8, '0'))
  const spread = keys.map(key => jitterOf({ key, cron: '0 6 * * *' }, 600_000))
  t.same(spread, keys.map(key => jitterOf({ key, cron: '0 6 * * *' }, 600_000)))
  t.same([...new Set(spread)].toSorted((a, b) => a - b), Array.from({ length: 11 }, (_, at) => at * 60_000))
  t.ok(keys.every(key => jitterOf({ key, cron: '*/5 * * * *' }, 600_000) === 0 && jitterOf({ key, cron: '0 * * * *' }, 9_000_000) <= 1_800_000))
})

t.test('the next slot holds until it is there, and is not worked out again', async t => {
  const parse = CronExpressionParser.parse.bind(CronExpressionParser)
  let parsed = 0
  CronExpressionParser.parse = (...given) => {
    parsed++
    return parse(...given)
  }
  t.teardown(() => { CronExpressionParser.parse = parse })
  const answers = (minutes: readonly number[]) => minutes.map(minute => iso(nextSlot('7 6 * * *', 'UTC', at('2026-01-01T00:00Z') + minute * 60_000)))
  t.same(answers([0, 1, 366, 367, 368, 0]), ['2026-01-01T06:07', '2026-01-01T06:07', '2026-01-01T06:07', '2026-01-02T06:07', '2026-01-02T06:07', '2026-01-01T06:07'])
  t.equal(parsed, 3, 'once from each side of the slot, and once for going back')
})
