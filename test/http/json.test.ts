import t from 'tap'
import { faultPosition, parseBody } from '../../core/http/json.ts'
import type { Problem } from '../../core/http/problem.ts'

t.test('where JSON breaks off', async t => {
  const cases: [text: string, line: number, column: number][] = [
    ['', 1, 1], ['  ', 1, 3], ['abc', 1, 1], ['{', 1, 2], ['{"a":}', 1, 6], ['{"a":1,}', 1, 8], ['{"a" 1}', 1, 6], ['{a:1}', 1, 2],
    ['[1,2', 1, 5], ['[1,,2]', 1, 4], ['[1,]', 1, 4], ['{"a":1}}', 1, 8], ['{"a":1} x', 1, 9], ['{"a":"\t"}', 1, 6], ['{"a":"\\x"}', 1, 6],
    ['{\n  "a": 1,\n  "b": tru\n}', 3, 8], ['{\n  "a": 1\n  "b": 2\n}', 3, 3], ['[01]', 1, 3], ["{'a':1}", 1, 2], ['{"a":1]', 1, 7], ['[1}', 1, 3],
  ]
  for (const [text, line, column] of cases) {
    t.throws(() => { JSON.parse(text) }, text)
    t.same(faultPosition(text), { line, column }, JSON.stringify(text))
  }
})

t.test('a fault at the end of a large body is found in linear time', async t => {
  const start = performance.now()
  t.same(faultPosition(`${'['.repeat(500_000)}${' '.repeat(500_000)}!`), { line: 1, column: 1_000_001 })
  faultPosition(`{"a":"${'\\\\'.repeat(250_000)}`)
  t.ok(performance.now() - start < 2000)
})

t.test('bodies', async t => {
  t.same(parseBody(' {"a": [1, {"b": null}]} '), { a: [1, { b: null }] })
  const value = parseBody('{"__proto__": {"polluted": true}}')
  t.same(Object.keys(value as object), ['__proto__'])
  t.equal(({} as { polluted?: boolean }).polluted, undefined)
  t.throws(() => parseBody('{"a":1,}'), { status: 400, errors: [{ field: 'body', message: /line 1, column 8/ }] } as unknown as Problem)
})
