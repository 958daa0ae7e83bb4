import { BROKEN } from '../../core/findings/json-scanner.ts'
import { XmlReader } from '../../core/findings/xml-reader.ts'
import t from 'tap'
import { echo, lines, messages, read, toy, toyJson, toyWhole, toyXml } from './support.ts'

const record = (message: string) => JSON.stringify({ file: 'a.c', line: 1, message })
const pretty = JSON.stringify({ toy: [{ file: 'a.c', line: 1, message: 'first' }, { file: 'a.c', line: 2, message: 'second' }] }, null, 2)

t.test('documents in the middle of a log', async t => {
  for (const [name, parser] of Object.entries({ each: toyJson, whole: toyWhole })) {
    const seen: string[] = []
    const found = await read(`$ toy --json\n----- stdout -----\n${pretty}\nE b.c:3: after\n{"toy":[${record('third')}]} rest\n[INFO] done`, { json: parser, toy, echo: echo(seen) })
    t.same(messages(found), ['first', 'second', 'after', 'third'], `${name}: all documents and lines`)
    t.same(seen, ['$ toy --json', '----- stdout -----', 'E b.c:3: after', ' rest', '[INFO] done'], `${name}: what is text stays text`)
  }
})

t.test('what only looks like a document is text, line for line', async t => {
  const text = ['[INFO] Building', '[1/3] cc x.c', '{foo}', '[', '  "unfinished', 'E a.c:1: real', '{', '  "other": 1,', '  "x": [1, 2, {"y": null}]', '}', '[]', '[0] x', '{"a":1}', '<stdin>:3:5: error', '<b>bold', '<html>', '<p>x</p>', '</html>', '{"a": tru', '[2024-01-01 10:00] x', '{', '{', '[', '[[', 'E a.c:2: end']
  const seen: string[] = []
  const found = await read(text.join('\n'), { toyJson, toyXml, toy, echo: echo(seen) })
  t.same(seen, text)
  t.same(messages(found), ['real', 'end'])
})

t.test('a document that breaks off gives what was complete', async t => {
  const cut = pretty.slice(0, pretty.indexOf('"second"') + 4)
  t.same(messages(await read(cut, { toyJson })), ['first'], 'records before the break')
  t.same(messages(await read(cut, { toyWhole })), ['first', 'undefined'], 'brackets closed, the last record without what was cut')
  t.same(messages(await read(`${cut}\nE z.c:9: crashed`, { toyJson, toy })), ['first', 'crashed'], 'the text after it is read')
  t.same(messages(await read(`<toys><toy message="one"/>\n<toy message="two">\nE z.c:9: crashed`, { toyXml, toy })), ['one', 'crashed'], 'XML too')
  t.same(messages(await read(`<toys><toy message="one"/>\n<?xml version="1.0"?>\n<toys><toy message="two"/></toys>`, { toyXml })), ['one', 'two'], 'a second report begins')
  t.same(messages(await read(`{"toy":[${record('a')}\n{"toy":[${record('b')}]}`, { toyWhole })), ['a', 'b'], 'a cut line of a JSON stream')
})

t.test('text before a document on its line, and several on one', async t => {
  const found = await read(`12:00 worker {"toy":[${record('prefixed')}]}\n{"toy":[${record('a')}]}{"toy":[${record('b')}]}`, { toyJson: toyWhole, toy })
  t.same(messages(found), ['prefixed', 'a', 'b'])
})

t.test('two pipes do not mix', async t => {
  const json = lines(pretty)
  const log = json.flatMap((line, index) => [line, { text: `E n.c:${index + 1}: noise ${index}`, stream: 'stderr' as const }])
  const found = await read(log, { toyJson, toy })
  t.equal(found.findings.length, 2 + json.length)
})

t.test('records of any size, cut anywhere into pieces', async t => {
  const nested = JSON.stringify({ 'k"ey\\': [1, -2.5e3, true, null, { toy: 'decoy' }], toy: [{ file: 'ü\u2028.c', line: 7, message: 'é "quoted" \\ {[' }], other: { toy: [{ message: 'decoy' }] } })
  for (const size of [1, 2, 3, 7, 64]) {
    const pieces = nested.match(new RegExp(`[^]{1,${size}}`, 'g')) ?? []
    const log = pieces.map((text, index) => ({ text, stream: 'stdout' as const, continued: index > 0 }))
    t.same(messages(await read(log, { toyJson })), ['é "quoted" \\ {['], `pieces of ${size}`)
  }
  const wide = { toy: Array.from({ length: 3000 }, (_, index) => ({ file: 'a.c', line: index + 1, message: `number ${index} ${'x'.repeat(50)}` })) }
  t.equal((await read(JSON.stringify(wide, null, 1), { toyJson })).findings.length, 3000, 'more than is buffered')
  t.equal((await read(JSON.stringify(wide), { toyWhole })).findings.length, 3000, 'on one line')
})

t.test('hostile documents', async t => {
  const found = await read('{"toy":[{"message":"m","__proto__":{"file":"evil"}}],"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}', { toyJson, toyWhole })
  t.same(messages(found), ['m'])
  t.equal(found.findings[0]?.file, undefined)
  t.equal(({} as { polluted?: number }).polluted, undefined)
  t.same(messages(await read(`<!DOCTYPE toys [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><toys><toy>&b;&b; &lt;</toy></toys>`, { toyXml })), ['&b;&b; <'], 'entities of a DTD are not expanded')
  t.same(messages(await read(`${'['.repeat(100_000)}\nE a.c:1: after`, { toyJson, toy })), ['after'])
  t.same(messages(await read(`<toys>${'<a>'.repeat(10_000)}\nE a.c:1: after`, { toyXml, toy })), ['after'])
})

t.test('two documents of one kind: the first parser that knows it owns it', async t => {
  const found = await read(`{"toy":[${record('x')}]}`, { first: { json: { is: () => true, read(_, { emit }) { emit({ tool: 'first', kind: 'lint', level: 'note', message: 'mine' }) } } } }, { everywhere: { toyJson } })
  t.same(messages(found), ['mine'])
})

t.test('a broken XML document is not read any further', async t => {
  const told: string[] = []
  const strict = new XmlReader()
  t.equal(strict.feed(`<a><b c/>${'<c></c>'.repeat(50)}</a>`), BROKEN)
  t.equal(strict.tags, 1)
  const lenient = new XmlReader(element => { told.push(element.name) }, ['c'])
  t.equal(lenient.feed(`<a><c></c>${'<b c/>'.repeat(200)}<c></c></a>`), BROKEN)
  t.same(told, ['c'], 'after a hundred faults')
})
