import { randomBytes } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import t from 'tap'
import type { Finding } from '../../core/contract.ts'
import { githubLimits, sarifDocument, sarifStream } from '../../core/findings/sarif.ts'
import type { SarifRunInput, SarifFinding } from '../../core/findings/sarif.ts'
import { asSource, type FindingSource } from '../../core/findings/sarif-source.ts'
import { complaints, validatorProgram } from '../support/sarif.ts'

const finding = (more: Partial<Finding> = {}): Finding => ({
  tool: 'shellcheck', rule: 'SC2034', level: 'warning', kind: 'lint', message: 'unused appears unused.', file: 'bin/run.sh', line: 3, ...more,
})
const tracked = (more: Partial<Finding> = {}, rest: Partial<SarifFinding> = {}): SarifFinding => ({
  finding: finding(more), fingerprint: 'f'.repeat(64), state: 'new', ...rest,
})
const input = (findings: readonly SarifFinding[], more: Partial<SarifRunInput> = {}): SarifRunInput => ({
  project: 'demo', subproject: '.', recipe: 'lint', language: 'bash',
  repositoryUri: 'https://example.com/demo.git', revisionId: 'a'.repeat(40), branch: 'main',
  invocation: { commandLine: 'shellcheck bin/run.sh', exitCode: 1, startTimeUtc: '2024-05-01T10:00:00Z', endTimeUtc: '2024-05-01T10:00:02Z', executionSuccessful: true },
  findings, rootUri: 'file:///srv/checkout', source: file => sources.get(file), ...more,
})
const sources = new Map([
  ['bin/run.sh', ['#!/bin/sh', '', 'unused=1', 'echo "$1"', '']],
  ['one-line.sh', ['unused=1']],
])
const everything = tracked({
  column: 1, endLine: 3, endColumn: 7, trace: 'at a\nat b',
  help: { text: 'Remove it.', url: 'https://www.shellcheck.net/wiki/SC2034' },
  related: [{ file: 'bin/run.sh', line: 4, message: 'used here' }, { file: '/usr/include/stdio.h', line: 1 }, { file: 'bin/run.sh' }],
  fixes: [{ description: 'Remove it', changes: [{ file: 'bin/run.sh', replacements: [{ line: 3, column: 1, endLine: 4, endColumn: 1, text: '' }] }] }],
}, { state: 'unchanged', lineHash: '8b7cf3e952e7aeb2:1', firstSeen: '2024-01-01T00:00:00Z', suppression: { justification: 'known', status: 'accepted' } })

const advisory = tracked({
  tool: 'npm-audit', kind: 'audit', level: 'error', rule: undefined, message: 'left-pad is vulnerable', file: 'package-lock.json', line: undefined,
  advisory: { ids: ['GHSA-aaaa-bbbb-cccc', 'CVE-2024-1234'], package: 'left-pad', ecosystem: 'npm', installed: '1.0.0', fixed: '1.0.1', severity: 9.5 },
})
const failedTest = tracked({ tool: 'bats', kind: 'test', level: 'error', rule: 'a/b.bats › adds 1 + 1', message: 'expected 2', trace: 'in test file' }, { state: 'fixed' })
const hostile = [
  ...['a\u0000b\u001b[31m\u0007', '\ud800 alone \udfff', '100 % {0} {1} {{x}} }{', 'x'.repeat(65_536), '', '\u2028\ufeff', "it's '"].map(message => tracked({ message })),
  ...['sp ace/ü#?%41.sh', 'C:\\src\\x.c', '/etc/passwd', '../up.sh', 'a:b/c.sh', '\ud800.sh', 'a\u0000b', '[x]{y}|^`.sh', '', './', 'a//b', '%', '//host/x', 'file:///x'].map(file => tracked({ file })),
  ...['no-unused-vars', 'a/b/c', '1', 'ä', ' ', '{0}', 'Shellcheck', '__proto__', 'constructor', '@typescript-eslint/x', 'x'.repeat(2000)].map(rule => tracked({ rule })),
  ...['clang tidy with many words', '__proto__', 'ü', ''].map(tool => tracked({ tool })),
  ...['not a url', 'javascript:alert(1)', 'https://x.example/a b{c}|%zz#ü[', 'https://[', 'HTTPS://EXAMPLE.COM'].map((url, index) => tracked({ rule: `U${index}`, help: { url } })),
  tracked({ line: 9_999, column: 5, endLine: 3, endColumn: 1 }), tracked({ line: 4, column: 9, endColumn: 2 }), tracked({ line: 2 }), tracked({ line: 5, column: 77, endColumn: 90 }),
  tracked({ file: 'one-line.sh', line: 1 }), tracked({ file: 'one-line.sh', line: 1, column: 1, endColumn: 9 }), tracked({ file: 'unknown.sh', line: 1, column: 1 }),
]
/** Fewer results than GitHub allows: the validator takes minutes over 25,000. */
const few = { ...githubLimits, resultsPerRun: 250 }
const many = (count: number, more: Partial<Finding> = {}) => Array.from({ length: count }, (_, index) => tracked({ line: index + 1, ...more }))

const cases: Record<string, SarifRunInput[]> = {
  'no run at all': [],
  'an empty run': [input([])],
  'skipped and failed jobs': [
    input([], { invocation: { commandLine: '', exitCode: null, executionSuccessful: false } }),
    input([], { recipe: 'test', repositoryUri: undefined, revisionId: undefined, branch: undefined, rootUri: undefined, source: undefined, invocation: { commandLine: 'x', exitCode: -1, startTimeUtc: '2024-05-01T10:00:00Z', endTimeUtc: '2024-05-01T09:00:00Z', executionSuccessful: false } }),
  ],
  'without location': [input([tracked({ file: undefined, line: undefined }), tracked({ line: undefined })], { subproject: 'tools/x y' })],
  'with everything': [input([everything])],
  'hostile text': [input(hostile, { project: 'a b/c', branch: 'ü\u0000', repositoryUri: 'git@example.com:a/b.git' }), input(hostile, { subproject: '../x', source: undefined, repositoryUri: '/srv/git/x y.git' })],
  'stored snippets': [input([everything, tracked({ line: 9, endLine: 12 }), tracked({ line: 1 })].map(one => ({ ...one, snippet: { start: 1, lines: ['a', 'b', 'c\u0000', 'd', 'e', 'f', 'g', 'h', 'i'] } })), { source: undefined })],
  'advisories and tests': [input([advisory, failedTest], { recipe: 'audit' })],
  'many tools': [input(['a', 'b', 'c'].map(tool => tracked({ tool })), { subproject: 'x' }), input([tracked()], { subproject: 'y' })],
  'more results than allowed': [input([...many(400, { level: 'note' }), ...many(3, { level: 'error' })])],
  'more runs than allowed': Array.from({ length: 23 }, (_, index) => input([tracked()], { subproject: `s${index}` })),
}

const collect = async (inputs: readonly SarifRunInput[]) => {
  const chunks: string[] = []
  for await (const chunk of sarifStream(inputs, few)) chunks.push(chunk)
  return chunks.join('')
}

const program = validatorProgram()
// A busy machine may need more than the half minute that tap gives a file.
t.setTimeout(300_000)
t.test('Microsoft\'s validator finds nothing to say', { timeout: 300_000, skip: program ? false : `no SARIF validator for ${process.platform}` }, async t => {
  const nameOf = (name: string) => `${name.replaceAll(' ', '-')}.sarif`
  const broken = { version: '2.1.0', runs: [{ tool: { driver: { name: 'x' } }, results: [{ message: { text: 'x' } }] }] }
  const folder = t.testdir({
    ...Object.fromEntries(Object.entries(cases).map(([name, inputs]) => [nameOf(name), JSON.stringify(sarifDocument(inputs, few))])),
    'broken.sarif': JSON.stringify(broken),
  })
  const said = complaints(program!, folder)
  for (const name of Object.keys(cases)) {
    t.strictSame((said.get(nameOf(name)) ?? []).slice(0, 20), [], name)
  }
  t.ok((said.get('broken.sarif') ?? []).some(line => line.startsWith('error ')), 'it does find what is wrong')
})

t.test('what stands in a ledger is asked for twice, in the order in which it is written, and as it is needed', async t => {
  const all = [...many(1500), ...many(10, { level: 'error', tool: 'other' }), ...many(20, { level: 'error' })]
  const inputs = (findings: SarifRunInput['findings']) => [input([], { findings })]
  let asked = 0
  const source: FindingSource = { ...asSource(all), * pick(positions) { for (const at of positions) { asked++; yield all[at]! } } }
  const chunks: string[] = []
  for await (const chunk of sarifStream(inputs(source), few)) {
    if (chunks.push(chunk) === 3) t.ok(asked <= 250 + 1, `${asked} asked for when the first result is out: the rules of what is kept, and one`)
  }
  t.equal(asked, 2 * (250 + 10), 'what is left out is never asked for')
  t.strictSame(JSON.parse(chunks.join('')), sarifDocument(inputs(all), few))
  t.match((JSON.parse(chunks.join('')) as { runs: unknown[] }).runs, [{ results: Array.from({ length: 20 }, () => ({ level: 'error' })), invocations: [{ toolExecutionNotifications: [{ message: { text: '1270 of 1520 results are left out: an upload may hold no more.' } }] }] }, {}])
})

t.test('accepted ones go before others do', t => {
  const [run] = sarifDocument([input([...many(1500).map(one => ({ ...one, suppression: { justification: 'x', status: 'accepted' as const } })), ...many(250, { level: 'note' })])], few).runs
  t.same([...new Set(run?.results?.map(one => `${one.level} ${one.suppressions?.length ?? 0}`))], ['note 0'])
  t.end()
})

t.test('the stream is the document', async t => {
  for (const [name, inputs] of Object.entries(cases)) {
    t.strictSame(JSON.parse(await collect(inputs)), sarifDocument(inputs, few), name)
  }
})

t.test('one run per subproject, recipe and tool, with an id of its own', async t => {
  const { runs } = sarifDocument(cases['many tools']!)
  t.strictSame(runs.map(run => run.tool.driver.name), ['a', 'b', 'c', 'shellcheck'])
  t.equal(new Set(runs.map(run => run.automationDetails?.id)).size, 4)
  t.equal(runs[0]!.automationDetails?.id, 'demo/x/lint/a/')
  t.equal(sarifDocument([input([], { subproject: '' })]).runs[0]!.automationDetails?.id, 'demo/./lint/crafting-table/', 'the root has a name too')
})

t.test('a result says all that is known of it', async t => {
  const [run] = sarifDocument([input([everything])]).runs
  const [result] = run!.results!
  t.match(result, {
    ruleId: 'SC2034', ruleIndex: 0, level: 'warning', baselineState: 'unchanged',
    message: { text: 'unused appears unused.', id: 'default', arguments: ['unused appears unused.'] },
    locations: [{
      physicalLocation: {
        artifactLocation: { uri: 'bin/run.sh', uriBaseId: 'SRCROOT' },
        region: { startLine: 3, startColumn: 1, endColumn: 7, snippet: { text: 'unused' } },
        contextRegion: { startLine: 1, endLine: 5, snippet: { text: '#!/bin/sh\n\nunused=1\necho "$1"\n' } },
      },
    }],
    partialFingerprints: { primaryLocationLineHash: '8b7cf3e952e7aeb2:1' },
    suppressions: [{ kind: 'external', status: 'accepted', justification: 'known' }],
    provenance: { firstDetectionTimeUtc: '2024-01-01T00:00:00.000Z' },
    fixes: [{ artifactChanges: [{ replacements: [{ deletedRegion: { startLine: 3, startColumn: 1, endLine: 4, endColumn: 1 }, insertedContent: { text: '' } }] }] }],
    properties: { kind: 'lint', rule: 'SC2034', trace: 'at a\nat b' },
  })
  t.strictSame(result!.relatedLocations!.map(({ id, message }) => [id, message!.text]), [[1, 'used here'], [2, 'See here.'], [3, 'See here.']])
  t.match(run, {
    originalUriBaseIds: { SRCROOT: { uri: 'file:///srv/checkout/' } },
    versionControlProvenance: [{ repositoryUri: 'https://example.com/demo.git', revisionId: 'a'.repeat(40), branch: 'main', mappedTo: { uriBaseId: 'SRCROOT' } }],
    invocations: [{ exitCode: 1, startTimeUtc: '2024-05-01T10:00:00.000Z', endTimeUtc: '2024-05-01T10:00:02.000Z', executionSuccessful: true }],
  })
})

t.test('rules: a conventional id stays, any other stands behind the slash', async t => {
  const [run] = sarifDocument([input(['SC2034', 'no-unused-vars', 'no-unused-vars'].map(rule => tracked({ rule })))]).runs
  const { rules } = run!.tool.driver
  t.strictSame(rules!.map(({ name }) => name), ['ShellcheckSc2034', 'ShellcheckNoUnusedVars'])
  t.match(rules![1]!.id, /^SHELLCHE-\d{6}$/)
  t.strictSame(run!.results!.map(({ ruleId, ruleIndex }) => [ruleId, ruleIndex]), [['SC2034', 0], [`${rules![1]!.id}/no-unused-vars`, 1], [`${rules![1]!.id}/no-unused-vars`, 1]])
})

t.test('an advisory carries its score as GitHub reads it', async t => {
  const [run] = sarifDocument([input([advisory], { recipe: 'audit' })]).runs
  t.match(run!.tool.driver.rules![0], {
    id: 'CVE-2024-1234', helpUri: 'https://osv.dev/vulnerability/CVE-2024-1234', defaultConfiguration: { level: 'error' },
    properties: { tags: ['security', 'audit', 'vulnerability'], 'security-severity': '9.5' },
  })
})

t.test('a result without a file in the repository stands at its subproject', async t => {
  const inputs = [input([tracked({ file: undefined, line: undefined }), tracked({ file: 'C:\\x y.c', line: 7 })], { subproject: 'tools/x y' })]
  const places = sarifDocument(inputs).runs[0]!.results!.map(({ locations }) => locations![0]!)
  for (const place of places) t.equal(place.physicalLocation?.artifactLocation?.uri, 'tools/x%20y/')
  t.equal(places[1]!.logicalLocations![0]!.fullyQualifiedName, 'C:\\x y.c:7')
})

t.test('what GitHub would refuse is left out, mildest first, and said', async t => {
  const [run] = sarifDocument([input([...many(25_000, { level: 'note' }), ...many(3, { level: 'error' })])]).runs
  t.equal(run!.results!.length, 25_000)
  t.equal(run!.results!.filter(({ level }) => level === 'error').length, 3)
  t.match(run!.invocations![0]!.toolExecutionNotifications, [{ message: { text: /^3 of 25003 results/ } }])

  const { runs } = sarifDocument(cases['more runs than allowed']!)
  t.equal(runs.length, 20)
  t.match(runs[19]!.invocations![0]!.toolExecutionNotifications, [{ message: { text: /^3 runs with 3 results/ } }])
})

t.test('an upload stays below the size that GitHub takes', async t => {
  const noise = many(3000).map(one => ({ ...one, finding: { ...one.finding, message: randomBytes(500).toString('hex') } }))
  const limits = { ...githubLimits, bytes: 500_000 }
  const document = sarifDocument([input(noise), input(noise, { subproject: 'x' })], limits)
  const size = gzipSync(JSON.stringify(document)).length
  t.ok(size > 200_000 && size < 600_000, `${size} bytes`)
  const [first, second] = document.runs
  t.match(first!.invocations![0]!.toolExecutionNotifications, [{ message: { text: `${3000 - first!.results!.length} of 3000 results are left out: an upload may hold no more.` } }])
  t.equal(second!.results!.length, 0)
})

t.test('a large document goes out in pieces of a result each', async t => {
  let longest = 0
  let pieces = 0
  for await (const chunk of sarifStream([input(many(20_000))])) {
    longest = Math.max(longest, chunk.length)
    pieces++
  }
  t.ok(pieces > 20_000)
  t.ok(longest < 10_000, 'no piece grows with the document')
})
