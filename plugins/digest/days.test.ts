import t from 'tap'
import { addDays, dayAt, isDate, slotOf, windowOf } from './days.ts'

const pacific = { hour: 6, timezone: 'America/Los_Angeles' }
const hours = (date: string, clock = pacific) => {
  const { from, until } = windowOf(date, clock)
  return (Date.parse(until) - Date.parse(from)) / 3_600_000
}

t.test('06:00 is 06:00 on every day; two days a year are not of 24 hours', async t => {
  t.equal(new Date(slotOf('2026-04-29', pacific)).toISOString(), '2026-04-29T13:00:00.000Z')
  t.equal(new Date(slotOf('2026-01-29', pacific)).toISOString(), '2026-01-29T14:00:00.000Z')
  t.same([hours('2026-03-08'), hours('2026-03-09'), hours('2026-11-01'), hours('2026-11-02')], [23, 24, 25, 24])
})

t.test('800 days over four changes of time: windows follow upon each other, every minute belongs to one', async t => {
  for (const clock of [pacific, { hour: 2, timezone: 'Europe/Berlin' }, { hour: 0, timezone: 'America/Santiago' }, { hour: 2, timezone: 'Australia/Lord_Howe' }, { hour: 23, timezone: 'Asia/Kathmandu' }]) {
    const odd = new Set<number>()
    for (let at = 0; at < 800; at++) {
      const date = addDays('2025-01-01', at)
      const { from, until } = windowOf(date, clock)
      if (windowOf(addDays(date, 1), clock).from !== until) t.fail(`a gap after ${date} in ${clock.timezone}`)
      if (dayAt(Date.parse(until), clock) !== date || dayAt(Date.parse(until) - 1, clock) !== addDays(date, -1)) t.fail(`${date} in ${clock.timezone} begins at another moment`)
      const length = (Date.parse(until) - Date.parse(from)) / 3_600_000
      if (length !== 24) odd.add(length)
    }
    t.ok([...odd].every(one => one > 22.9 && one < 25.1), `${clock.timezone}: ${[...odd].join(', ')}`)
    t.equal(odd.size, clock.timezone === 'Asia/Kathmandu' ? 0 : 2)
  }
})

t.test('an hour that is not there is the one after it, one that is there twice is the first', async t => {
  t.equal(new Date(slotOf('2026-03-08', { ...pacific, hour: 2 })).toISOString(), '2026-03-08T10:00:00.000Z')
  t.equal(new Date(slotOf('2026-11-01', { ...pacific, hour: 1 })).toISOString(), '2026-11-01T08:00:00.000Z')
})

t.test('days', async t => {
  t.same(['2026-04-29', '2024-02-29', '2026-02-29', '2026-4-29', '2026-13-01', 'today', '../../etc'].map(isDate), [true, true, false, false, false, false, false])
})
