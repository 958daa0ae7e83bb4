import { SaxesParser } from 'saxes'
import t from 'tap'
import { junitDocument } from '../../core/findings/junit.ts'

/** Every element as its path and attributes, and text where there is some. Throws on what is not XML. */
function read(text: string): { path: string; attributes: Record<string, string>; text: string }[] {
  const open: { path: string; attributes: Record<string, string>; text: string }[] = []
  const all: typeof open = []
  const parser = new SaxesParser()
  parser.on('error', error => { throw error })
  parser.on('opentag', ({ name, attributes }) => {
    const element = { path: [...open.map(({ path }) => path.split('/').at(-1)), name].join('/'), attributes: { ...attributes } as Record<string, string>, text: '' }
    open.push(element)
    all.push(element)
  })
  parser.on('text', part => { if (open.length > 0) open.at(-1)!.text += part })
  parser.on('closetag', () => { open.pop() })
  parser.write(text).close()
  return all
}

t.test('suites, counts and cases', async t => {
  const [root, suite, passed, failed, failure, skipped, skip] = read(junitDocument([{
    name: '. test', timestamp: '2024-05-01T10:00:00.123Z', seconds: 2.5,
    cases: [
      { tool: 'bats', test: 'adds', status: 'passed', seconds: 0.25 },
      { tool: 'bats', test: 'subtracts', status: 'failed', file: 'a.bats', line: 7, message: 'expected 2', trace: 'at 7' },
      { tool: 'bats', test: 'divides', status: 'skipped', message: 'later' },
    ],
  }]))
  const counts = { tests: '3', failures: '1', errors: '0', skipped: '1' }
  t.strictSame(root!.attributes, { ...counts, time: '0.250' })
  t.strictSame(suite!.attributes, { name: '. test', ...counts, time: '2.500', timestamp: '2024-05-01T10:00:00' })
  t.strictSame(passed!.attributes, { classname: 'bats', name: 'adds', time: '0.250' })
  t.strictSame(failed!.attributes, { classname: 'bats', name: 'subtracts', time: '0.000', file: 'a.bats', line: '7' })
  t.strictSame(failure, { path: 'testsuites/testsuite/testcase/failure', attributes: { message: 'expected 2', type: 'bats' }, text: 'expected 2\nat 7' })
  t.equal(skipped!.attributes['name'], 'divides')
  t.strictSame(skip, { path: 'testsuites/testsuite/testcase/skipped', attributes: { message: 'later' }, text: '' })
})

t.test('hostile text comes back as it was, but for what XML cannot say', async t => {
  const text = '<a b="c">&amp;\'\n\r\t]]> ü 😀'
  const odd = `${text}\u0000\u001b\ud800\uffff`
  const elements = read(junitDocument([{ name: odd, cases: [{ tool: 'x', test: odd, status: 'failed', message: odd, seconds: Number.NaN }] }]))
  t.equal(elements[1]!.attributes['name'], `${text}\ufffd`)
  t.equal(elements[2]!.attributes['name'], `${text}\ufffd`)
  t.equal(elements[2]!.attributes['time'], '0.000')
  t.equal(elements[3]!.attributes['message'], `${text}\ufffd`)
  t.equal(elements[3]!.text, `${text}\ufffd`)
})

t.test('findings are failed cases, failed tests are not shown twice', async t => {
  const finding = { tool: 'shellcheck', rule: 'SC2034', level: 'warning', kind: 'lint', message: 'unused', file: 'a.sh', line: 3 } as const
  const elements = read(junitDocument([{ name: 'lint', cases: [], findings: [finding, { ...finding, level: 'note' }, { ...finding, kind: 'test' }] }]))
  t.match(elements[0]!.attributes, { tests: '2', failures: '1' })
  t.strictSame(elements[2]!.attributes, { classname: 'shellcheck', name: 'SC2034 a.sh:3', time: '0.000', file: 'a.sh', line: '3' })
  t.match(elements[3], { path: /failure$/, attributes: { type: 'warning', message: 'unused' } })
})

t.test('nothing at all is still a document', async t => {
  t.strictSame(read(junitDocument([])).map(({ path }) => path), ['testsuites'])
})
