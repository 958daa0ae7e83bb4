import t from 'tap'
import type { LineParser } from '../../core/contract.ts'
import { fixturesOf, packs } from '../support/packs.ts'

// A log is whatever a stranger's build prints. A line of 64 KiB, the longest that a parser is given, must cost what its length says:
// a pattern that goes back and forth over it takes sixteen times as long for four times the length.

const sizes = [16 * 1024, 64 * 1024] as const
/** Four is linear; sixteen is quadratic. Between them is room for caches and collectors. */
const mostGrowth = 9
/** Milliseconds below which nothing is said: there the clock measures the machine. */
const negligible = 8
const units = ['a', ' ', ':', '/', '1', '(', '.', '-', '[', '"', '\u2501', 'a:1:', 'a:1: ', 'a(1): ', 'a.c:1:2: ', ': error: ', '/a/b.c ', 'a.b', ' (1)', '[1] ', '> ', '1) ', 'word ']
const mostOwn = 16

/** What a line grows from: a beginning that stays and a unit that is repeated. */
interface Shape { before: readonly string[]; head: string; unit: string }

function shapesOf(lines: readonly string[]): Shape[] {
  const step = Math.max(1, Math.ceil(lines.length / mostOwn))
  return [
    ...units.map(unit => ({ before: [], head: '', unit })),
    // Behind the lines that come before it a reader is in the middle of something.
    ...lines.flatMap((line, at): Shape[] => at % step || line === '' ? [] : [
      { before: lines.slice(0, at), head: '', unit: line.slice(0, 60) },
      { before: lines.slice(0, at), head: line.slice(0, Math.ceil(line.length / 2)), unit: ['a', ' ', ':1', 'a ', ' ('][at % 5] ?? 'a' },
    ]),
  ]
}

/** Milliseconds of processor time that one such line takes; the least of some, since others share the machine. */
function cost(parser: LineParser, { before, head, unit }: Shape, size: number, times: number): number {
  const line = (head + unit.repeat(Math.ceil(size / unit.length))).slice(0, size)
  let least = Infinity
  for (let round = 0; round < times; round++) {
    const reader = parser.lines({ emit() {}, report: undefined })
    for (const text of before) reader.line(text)
    const start = process.cpuUsage()
    reader.line(line)
    reader.end?.()
    least = Math.min(least, process.cpuUsage(start).user / 1000)
  }
  return least
}

for (const pack of packs) {
  t.test(pack.name, async t => {
    const fixtures = fixturesOf(pack.name)
    for (const [name, parser] of Object.entries(pack.parsers)) {
      if (!('lines' in parser)) continue
      const own = fixtures.filter(fixture => fixture.parser === name).flatMap(fixture => fixture.text.split('\n').slice(0, 200))
      const slow = shapesOf(own).flatMap(shape => {
        if (cost(parser, shape, sizes[1], 1) < negligible) return []
        const [short, long] = [cost(parser, shape, sizes[0], 3), cost(parser, shape, sizes[1], 2)]
        return long < negligible || long < short * mostGrowth ? [] : [`${JSON.stringify(shape.head)} and ${JSON.stringify(shape.unit)}…: ${short.toFixed(1)} ms for 16 KiB, ${long.toFixed(1)} ms for 64 KiB`]
      })
      t.same(slow, [], name)
    }
  })
}
