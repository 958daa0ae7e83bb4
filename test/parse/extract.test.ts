import { truncateSync } from 'node:fs'
import t from 'tap'
import type { LineParser, XmlParser } from '../../core/contract.ts'
import { extract } from '../../core/findings/extract.ts'
import { junitParser } from '../../core/parse/index.ts'
import { echo, lines, messages, named, place, read, toy, toyFinding, toyJson, toyXml } from './support.ts'

t.test('lines come clean', async t => {
  const seen: string[] = []
  await read(['\ufeff\x1b[31mred\x1b[0m', 'crlf\r', '10%\r50%\rdone', '\x1b]8;;http://x\x07link\x1b]8;;\x07', '\x9b1mbold', 'nul\0byte', '\x1b(Bplain\x1b[K', 'tab\there'].join('\n'), { echo: echo(seen) })
  t.same(seen, ['red', 'crlf', 'done', 'link', 'bold', 'nulbyte', 'plain', 'tab\there'])
})

t.test('what build services put before a line is taken off, also within a document', async t => {
  const seen: string[] = []
  const stamps = ['2024-05-06T07:08:09.1234567Z ', '2024-05-06T07:08:09.123456Z 01O ', '[2024-05-06T07:08:09.123Z] ', '[00:56:33] ', '00:56:33  ', '#12 3.456 ', '##[error]', '2024-05-06T07:08:09.1234567Z ##[warning]', '2024-05-06T07:08:09.1234567Z #12 3.456 ']
  await read(stamps.map(stamp => `${stamp}a.c:1: x`).join('\n'), { echo: echo(seen) })
  t.same(seen, stamps.map(() => 'a.c:1: x'))
  seen.length = 0
  const others = ['12:30:11 - Found 1 error', '[12:30:11 PM] Starting', '2024-05-06 07:08:09 INFO x', '##[group]Run make', '## [error]', '#12 [2/3] RUN make', '00:56:33 x']
  await read(others.join('\n'), { echo: echo(seen) })
  t.same(seen, others)
  const document = ['{', '  "toy": [', '    {"file": "a.c", "line": 1, "message": "12:00:00  is kept"}', '  ]', '}']
  t.same(messages(await read(document.map(line => `2024-05-06T07:08:09.1234567Z ${line}`).join('\n'), { toyJson })), ['12:00:00  is kept'])
  t.match((await read('<toys>\n<toy>2024-05-06T07:08:09Z kept\n2024-05-06T07:08:09Z kept</toy>\n</toys>', { toyXml })).findings, [{ message: /Z kept\n2024-05-06T07:08:09Z kept/ }])
})

t.test('a line of any length, in pieces: its beginning is read, its end is not a line', async t => {
  const seen: string[] = []
  await read([{ text: 'a'.repeat(60_000), stream: 'stdout' }, { text: 'b'.repeat(60_000), stream: 'stdout', continued: true }, { text: 'c'.repeat(60_000), stream: 'stdout', continued: true }, { text: 'next', stream: 'stdout' }], { echo: echo(seen) })
  t.same(seen.map(line => line.length), [65_536, 4])
})

t.test('own parsers all see a line; one that is theirs is kept from those of every language', async t => {
  const own: string[] = []
  const everywhere: string[] = []
  await read('E a.c:1: x\nplain', { toy, other: echo(own) }, { everywhere: { catchAll: echo(everywhere) } })
  t.same(own, ['E a.c:1: x', 'plain'])
  t.same(everywhere, ['plain'])
})

t.test('a parser that throws is reported once, with its line, and left out; the others go on', async t => {
  const broken: LineParser = { lines: () => ({ line(text) { throw new Error(`cannot read ${text}`) } }) }
  const atEnd: LineParser = { lines: () => ({ line() {}, end() { throw new Error('at the end') } }) }
  const found = await read('first\nE a.c:1: x\nlast', { broken, atEnd, toy })
  t.match(found.findings, [
    { tool: 'crafting-table', rule: 'crafting-table/parser-failed', level: 'warning', kind: 'build', message: /broken.*cannot read first/, trace: 'first' },
    { message: 'x' },
    { message: /atEnd.*at the end/ },
  ])
  const json = await read('{"a":1}\n{"a":2}\nE a.c:1: x', { doc: { json: { is: () => true, read() { throw new Error('no') } } }, toy })
  t.equal(json.findings.filter(one => one.rule === 'crafting-table/parser-failed').length, 1)
})

t.test('the same finding twice is one', async t => {
  t.same(messages(await read('E a.c:1: x\nE a.c:1: x\nE ./a.c:1: x\nE a.c:2: x', { toy })), ['x', 'x'])
  const advisory = (ids: string[]) => ({ tool: 'audit', kind: 'audit' as const, level: 'error' as const, message: ids.join(), advisory: { ids, package: 'left-pad', ecosystem: 'npm', installed: '1.0.0' } })
  const audit: LineParser = { lines: ({ emit }) => ({ line(text) { emit(advisory(text.split(' '))) } }) }
  const found = await read('GHSA-aaaa-bbbb-cccc CVE-2020-1234\nCVE-2020-1234\nCVE-2021-1', { audit })
  t.same(found.findings.map(one => [one.rule, one.advisory?.ids]), [['CVE-2020-1234', ['CVE-2020-1234', 'GHSA-aaaa-bbbb-cccc']], ['CVE-2021-1', ['CVE-2021-1']]])
})

t.test('a finding said again lends what the first copy lacks; the place of the checkout is not told', async t => {
  const twice: LineParser = { lines: ({ emit }) => ({
    line(text) {
      const found = { ...toyFinding('/repo/a.c is odd', 'a.c', 1), column: 2 }
      emit(text === 'log' ? found : { ...found, endColumn: 9, help: { url: 'https://example.org/R1' }, fixes: [{ changes: [{ file: 'a.c', replacements: [{ line: 1, column: 2, endLine: 1, endColumn: 9, text: 'even' }] }] }] })
    },
  }) }
  const { findings } = await read('log\nreport', { twice })
  t.match(findings, [{ message: 'a.c is odd', line: 1, column: 2, endColumn: 9, help: { url: 'https://example.org/R1' }, fixes: [{ changes: [{ file: 'a.c' }] }] }])
  t.equal(findings.length, 1)
})

t.test('a job keeps so many findings and says what it left out', async t => {
  const found = await read(Array.from({ length: 30 }, (_, index) => `E a.c:${index + 1}: x`).join('\n'), { toy }, { limits: { findings: 10 } })
  t.equal(found.findings.length, 11)
  t.match(found.findings.at(-1), { rule: 'crafting-table/findings-cut', level: 'note', message: /^20 more/ })
  t.match(found.notes, [/^20 more/])
})

t.test('normal form', async t => {
  const odd: LineParser = {
    lines: ({ emit }) => ({
      line() {
        emit({ ...toyFinding('  two\x07 words \n'), file: 'a.c', line: 0, column: 5 })
        emit({ ...toyFinding(''), rule: 'R1', file: 'a.c', line: 3, column: 0, endLine: 2, endColumn: 9 })
        emit({ ...toyFinding('x'.repeat(20_000)), level: 'fatal' as 'error', file: '<stdin>', line: 4 })
        emit(null as never)
        emit({ tool: 'toy' } as never)
      },
    }),
  }
  const { findings } = await read('go', { odd })
  t.same(findings.slice(0, 2), [
    { tool: 'toy', level: 'error', kind: 'lint', message: 'two words', file: 'a.c' },
    { tool: 'toy', level: 'error', kind: 'lint', message: 'R1', rule: 'R1', file: 'a.c', line: 3 },
  ])
  t.equal(findings[2]?.message.length, 16 * 1024)
  t.match(findings[2], { level: 'warning', file: undefined, line: undefined })
  t.same(findings[3], { tool: 'toy', level: 'warning', kind: 'lint', message: 'toy' })
})

t.test('tests: totals before cases, reports before the log, failures become findings', async t => {
  const runner: LineParser = {
    lines: ({ emit }) => ({
      line(text) {
        const [word, test = '', message] = text.split(' ')
        if (word === 'FAIL') emit({ tool: 'run', test, status: 'failed', message: message ?? 'failed', trace: `at x (/usr/lib/node.js:1:1)\nat y (/repo/src/${test}.js:7:3)` })
        if (word === 'PASS') emit({ tool: 'run', test, status: 'passed' })
        if (word === 'TOTAL') emit({ tool: 'run', totals: { total: Number(test), passed: Number(test) - 1, failed: 1, skipped: 0 } })
      },
    }),
  }
  const cases = await read('PASS a\nFAIL b boom', { runner })
  t.same(cases.tests, { total: 2, passed: 1, failed: 1, skipped: 0 })
  t.match(cases.findings, [{ tool: 'run', rule: 'b', kind: 'test', level: 'error', message: 'boom', file: 'src/b.js', line: 7 }])
  t.match(cases.cases, [{ test: 'a', status: 'passed' }, { test: 'b', status: 'failed', file: 'src/b.js' }])
  t.same((await read('FAIL b\nTOTAL 10\nTOTAL 5', { runner })).tests, { total: 15, passed: 13, failed: 2, skipped: 0 })
  t.equal((await read('nothing', { runner })).tests, null)

  const directory = t.testdir({ 'junit.xml': '\ufeff<?xml version="1.0"?>\r\n<testsuite name="s"><testcase name="one" classname="c"/>\r\n<testcase name="two" classname="c"><failure message="no"/></testcase></testsuite>' })
  const both = await extract({
    log: [lines('PASS a\nFAIL b boom\nE a.c:1: lint')],
    reports: [{ path: 'junit.xml', absolute: `${directory}/junit.xml` }, { path: 'gone.xml', absolute: `${directory}/gone.xml` }],
    parsers: { own: named({ runner, toy, junit: junitParser({ tool: 'junit', is: head => head.includes('<testsuite') }) }), everywhere: [] },
    place,
  })
  t.same(both.tests, { total: 2, passed: 1, failed: 1, skipped: 0 })
  t.same(both.findings.map(one => one.rule ?? one.message), ['lint', 'c.two'], 'the log speaks of findings still')
  t.match(both.notes, [/gone\.xml/])
  t.same(both.tools.toSorted(), ['junit', 'run', 'toy'])

  const mute: XmlParser = { xml: { is: head => head.includes('<testsuite'), each: ['testcase'], read: ({ attributes }, _ancestors, { emit }) => emit({ tool: 'run', test: attributes.name ?? '', status: 'failed' }) } }
  const told = await extract({ log: [lines('FAIL two crashed')], reports: [{ path: 'junit.xml', absolute: `${directory}/junit.xml` }], parsers: { own: named({ runner, mute }), everywhere: [] }, place })
  t.same(messages(told), ['one failed', 'crashed'], 'of a failure that a report does not explain the log may tell more')
})

t.test('a log of no known language is read by all parsers, when those for every language find nothing', async t => {
  const parse = (everywhere: Record<string, LineParser>) => extract({ log: [lines('E a.c:1: x')], parsers: { own: [], everywhere: named(everywhere), fallback: named({ toy }) }, place })
  t.same(messages(await parse({})), ['x'])
  t.same(messages(await parse({ other: { lines: ({ emit }) => ({ line() { emit(toyFinding('other')) } }) } })), ['other'])
})

t.test('a report is read as far as a job may have room, however long it says it is', async t => {
  const directory = t.testdir({ 'long.txt': 'E a.c:1: x\n', 'next.txt': 'E a.c:2: y\n' })
  truncateSync(`${directory}/long.txt`, 2 ** 42)
  const found = await extract({
    reports: ['long.txt', 'next.txt'].map(path => ({ path, absolute: `${directory}/${path}` })),
    parsers: { own: named({ toy }), everywhere: [] }, place, limits: { reportBytes: 2 ** 20 },
  })
  t.same(found.findings.map(one => one.message), ['x'])
  t.match(found.notes, [/report long.txt not read to its end: the reports of one job are too large/, /report next.txt/])
})
