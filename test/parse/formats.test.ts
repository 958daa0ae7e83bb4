import t from 'tap'
import { checkstyleParser, entries, get, junitParser, levelOf, linePattern, list, num, position, quote, sarifParser, severityOf, str } from '../../core/parse/index.ts'
import { read } from './support.ts'

const junit = junitParser({ tool: 'junit', is: head => /<testsuites?[\s>]/.test(head) })
const checkstyle = checkstyleParser({ tool: 'style', kind: 'lint', is: head => head.includes('<checkstyle') })

t.test('unknown JSON', async t => {
  const value = JSON.parse('{"a":[{"b":"x","n":"4.5","e":""}],"__proto__":{"p":1},"i":1e400}') as unknown
  t.equal(get(value, 'a', 0, 'b'), 'x')
  t.equal(get(value, 'a', 'length'), 1)
  t.equal(get(value, 'toString'), undefined)
  t.equal(get(value, 'a', 0, 'b', 'length'), undefined)
  t.same([str(value, 'a', 0, 'e'), str(value, 'a', 0, 'n'), num(value, 'a', 0, 'n'), num(value, 'a', 0, 'b'), num(value, 'i')], [undefined, '4.5', 4.5, undefined, undefined])
  t.same([list(value, 'a').length, list(value, 'x'), list(null)], [1, [], []])
  t.same([entries(value, 'a'), entries(value).map(([key]) => key)], [[], ['a', '__proto__', 'i']])
})

t.test('words and numbers', async t => {
  t.same(['FATAL', 'Critical', 'warn', 'Moderate', 'INFO', 'convention', 'odd', undefined].map(levelOf), ['error', 'error', 'warning', 'warning', 'note', 'note', 'warning', 'warning'])
  t.same(['critical', 'HIGH', 'medium', 'moderate', 'low', 'none'].map(severityOf), [9.5, 8, 5.5, 5.5, 2, undefined])
  t.same(['3', '0', '', 'x', undefined, 7, 1.5].map(position), [3, undefined, undefined, undefined, undefined, 7, undefined])
  t.same(['plain/word.py', "it's", 'a b', ''].map(quote), ['plain/word.py', `'it'\\''s'`, `'a b'`, `''`])
})

t.test('patterns: groups, levels, traces, a last word', async t => {
  const parser = linePattern({
    tool: 'p', kind: 'lint',
    match: [/^(?<file>\S+):(?<line>\d+):(?<column>\d+) (?<level>\w+) (?<rule>[A-Z]\d+) (?<message>.+)$/, /^(?<file>\S+): (?<message>.+)$/],
    continues: line => line.startsWith('  '),
    map: finding => finding.rule === 'X9' ? undefined : finding,
  })
  const { findings } = await read('a.py:3:0 info A1 first\n  more\n  and more\nb.py: whole\na.py:4:2 error X9 dropped\n  its trace\nnoise\n  no trace', { parser })
  t.same(findings, [
    { tool: 'p', kind: 'lint', level: 'note', message: 'first', rule: 'A1', file: 'a.py', line: 3, trace: 'more\n  and more' },
    { tool: 'p', kind: 'lint', level: 'warning', message: 'whole', file: 'b.py' },
  ])
})

t.test('JUnit: cases are counted, whatever the attributes say', async t => {
  const found = await read(`<testsuites tests="99" failures="0"><testsuite name="s" tests="99">
    <testcase name="a" classname="pkg.C" time="0.5"/><testcase name="b" classname="pkg.C"><failure type="E" message="m &amp; n">at src/c.py:4
    </failure></testcase><testcase name="c"><error>first line\nsecond</error></testcase><testcase name="d"><skipped type="todo"/><failure/></testcase>
    <testcase name="pkg.C.e" classname="pkg.C" status="notrun"/></testsuite></testsuites>`, { junit })
  t.same(found.tests, { total: 5, passed: 1, failed: 2, skipped: 2 })
  t.match(found.findings, [{ rule: 'pkg.C.b', message: 'm & n', file: 'src/c.py', line: 4, kind: 'test' }, { rule: 's.c', message: 'first line', trace: 'first line\nsecond' }])
  t.same(found.cases.map(one => one.test), ['pkg.C.a', 'pkg.C.b', 's.c', 's.d', 'pkg.C.e'])
  t.equal(found.cases[0]?.seconds, 0.5)
})

t.test('JUnit: a suite without cases counts by its attributes, once', async t => {
  const found = await read('<testsuites tests="9"><testsuite name="o" tests="7" failures="1"><testsuite name="i" tests="5" failures="1" skipped="1"/><testsuite name="j" tests="2"/></testsuite><testsuite name="k"><testcase name="x"/></testsuite><testsuite name="e" tests="0"><error message="import failed"/></testsuite></testsuites>', { junit })
  t.same(found.tests, { total: 8, passed: 6, failed: 1, skipped: 1 })
  t.match(found.findings.map(one => one.message), ['1 of 5 tests failed; the report does not name them', 'import failed'])
})

t.test('Checkstyle', async t => {
  const { findings } = await read('<?xml version="1.0"?>\n<checkstyle>\n<file name="/repo/a.js">\n<error line="2" column="0" severity="info" message="m&#10;n" source="r"/><error message="no line"/>\n</file></checkstyle>', { checkstyle })
  t.same(findings, [
    { tool: 'style', level: 'note', kind: 'lint', message: 'm\nn', rule: 'r', file: 'a.js', line: 2 },
    { tool: 'style', level: 'error', kind: 'lint', message: 'no line', file: 'a.js' },
  ])
})

t.test('SARIF: what a result refers to may stand before or behind it, in each of several runs', async t => {
  const rules = (level: string) => ({ tool: { driver: { name: 'T', rules: [{ id: 'R', defaultConfiguration: { level } }] } } })
  const results = (text: string) => ({ results: [{ ruleId: 'R', ruleIndex: 0, message: { text } }] })
  for (const order of ['before', 'behind']) {
    const run = (level: string, text: string) => order === 'before' ? { ...rules(level), ...results(text) } : { ...results(text), ...rules(level) }
    const { findings } = await read(JSON.stringify({ version: '2.1.0', runs: [run('error', 'a'), run('note', 'b')] }), { sarif: sarifParser() })
    t.same(findings.map(one => [one.tool, one.message, one.level]), [['t', 'a', 'error'], ['t', 'b', 'note']], order)
  }
})
