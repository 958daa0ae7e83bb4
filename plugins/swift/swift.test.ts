import { spawnSync } from 'node:child_process'
import t from 'tap'
import type { Finding, Parser, TestCounts, Tree } from '../../core/contract.ts'
import { extract } from '../../core/findings/extract.ts'
import pack from './index.ts'

/** A tree of these files. Globs: a plain name, one with `*` for a word, `**` for folders. */
function treeOf(files: Readonly<Record<string, string>>): Tree {
  const names = Object.keys(files).toSorted()
  const find = (glob: string) => names.filter(name => new RegExp(`^${glob.replaceAll('.', String.raw`\.`).replaceAll('**/', '\0').replaceAll('*', '[^/]*').replaceAll('\0', '(?:.*/)?')}$`).test(name))
  return { has: glob => find(glob).length > 0, find, read: path => files[path], json: () => undefined, parent: undefined }
}

const recipe = (name: string, files: Readonly<Record<string, string>>) => pack.recipes.find(one => one.name === name && one.when(treeOf(files)))
const chosen = (files: Readonly<Record<string, string>>) => ['build', 'test', 'lint', 'audit'].map(name => recipe(name, files)?.title)
function textOf(name: string, files: Readonly<Record<string, string>>): string {
  const run = recipe(name, files)?.run
  return typeof run === 'function' ? run(treeOf(files)) : run ?? ''
}

async function read(...lines: string[]): Promise<{ findings: Finding[]; tests: TestCounts | null }> {
  const parsers = Object.entries(pack.parsers as Record<string, Parser>).map(([name, parser]) => ({ name: `swift/${name}`, parser }))
  const log = lines.map(text => ({ text, stream: 'stdout' as const }))
  return extract({ log: [log], parsers: { own: parsers, everywhere: [] }, place: { root: '/repo', directory: '' } })
}

t.test('recipes follow the project', async t => {
  const manifest = '.testTarget(name: "ATests")'
  t.same(chosen({ 'Package.swift': '', 'Sources/A/A.swift': '' }), ['swift build', undefined, undefined, undefined])
  t.same(chosen({ 'Package.swift': manifest, '.swiftlint.yml': '' }), ['swift build', 'swift test', 'swiftlint', undefined])
  t.same(chosen({ 'Package.swift': '', 'Tests/ATests/A.swift': '', '.swift-format': '{}' }), ['swift build', 'swift test', 'swift-format', undefined])
  t.same(chosen({ 'App.xcodeproj/project.pbxproj': '', 'App/A.swift': '', '.swiftformat': '' }), ['xcodebuild', undefined, 'swiftformat', undefined])
  t.same(recipe('build', { 'App.xcodeproj/project.pbxproj': '' })?.needs, ['xcodebuild'], 'what cannot be built here is skipped')
  t.same(chosen({ 'a.swift': '' }), ['parse loose sources', undefined, undefined, undefined])
  for (const name of ['build', 'test', 'lint']) t.equal(spawnSync('sh', ['-n'], { input: textOf(name, { 'Package.swift': manifest, '.swift-version': '5.9.2\n', '.swiftlint.yml': '', '.swift-format': '', '.swiftformat': '' }), encoding: 'utf8' }).stderr, '', name)
})

t.test('the version that is asked for and the one that runs', async t => {
  const said = (wanted: string) => spawnSync('sh', ['-c', `swift() { [ "$1" != --version ] || echo 'Swift version 6.3.2 (swift-6.3.2-RELEASE)'; }\n${textOf('build', { 'Package.swift': '', '.swift-version': wanted })}`], { encoding: 'utf8' }).stdout
  t.equal(said('6.3\n'), '')
  t.equal(said('6.3.2'), '')
  t.equal(said('5.9.2'), '.swift-version asks for Swift 5.9.2: Swift 6.3.2 runs.\n')
  t.equal(said('$(touch x)'), '')
})

t.test('a linter that is configured and missing is named, and the others run', async t => {
  const { stdout, status } = spawnSync('/bin/sh', ['-c', `swiftlint() { echo "swiftlint $*"; return 2; }\n${textOf('lint', { '.swiftlint.yml': '', '.swiftformat': '' })}`], { encoding: 'utf8', env: { PATH: '/nowhere' } })
  t.match(stdout, /^swiftlint lint --quiet\nswiftformat is configured, but not installed: /)
  t.equal(status, 1)
})

t.test('fixers', async t => {
  const fix = (tool: string, request: object = {}) => pack.fixers.find(one => one.tool === tool)?.run({ tree: treeOf({}), rules: [], files: [], packages: [], ...request })
  t.equal(fix('swiftlint', { files: ['a b.swift'] }), `swiftlint lint --fix --quiet 'a b.swift'`)
  t.equal(fix('swiftformat', { rules: ['indent', '--x'] }), 'swiftformat . --rules indent')
  t.match(fix('swift-format'), /\n\$format --recursive \. --in-place$/)
})

t.test('the compiler, its notes and frames', async t => {
  const { findings } = await read(
    '/repo/a b/A.swift:3:5: error: cannot find \'x\' in scope', '1 | import A', '3 | x()', '  | |- error: cannot find \'x\' in scope', '  | `- note: did you mean y', '4 | ',
    String.raw`C:\repo\B.swift:4:1: warning: unused [#NoUsage]`, '/repo/B.swift:9:1: note: declared here', '<unknown>:0: error: no such module', '::error file=/repo/C.swift,line=2,col=3::gone',
  )
  t.equal(findings.length, 4)
  t.match(findings.find(one => one.file === 'a b/A.swift'), { line: 3, column: 5, related: [{ message: 'did you mean y' }] })
  t.match(findings.find(one => one.rule === 'NoUsage'), { file: 'C:/repo/B.swift', message: 'unused', related: [{ file: 'B.swift', line: 9 }] })
})

t.test('the linters do not take each other\'s findings, nor the compiler theirs', async t => {
  const { findings } = await read(
    '/repo/A.swift:1:1: warning: Line Length Violation: too long (line_length)', '/repo/A.swift:2:1: warning: [Spacing] add 1 space', '/repo/A.swift:3:1: error: (indent) Indent code', '/repo/A.swift:4:1: warning: [brace-style] braces',
    '/repo/A.swift:5:1: warning: Function \'f()\' is unused', '/repo/A.swift:6:1: warning: My Rule: what it says (my_rule)', '/repo/A.swift:7:1: warning: result of call is unused (see f)',
  )
  t.same(findings.map(({ tool, line }) => [tool, line]).toSorted((a, b) => Number(a[1]) - Number(b[1])), [['swiftlint', 1], ['swift-format', 2], ['swiftformat', 3], ['tailor', 4], ['periphery', 5], ['swiftlint', 6], ['swiftc', 7]])
})

t.test('XCTest that was cut off, crashed, or was read only at its end', async t => {
  const crashed = await read('Test Suite \'All tests\' started at 2026-01-05 10:00:00.000', 'Test Case \'A.testOne\' started at 2026-01-05 10:00:00.001', 'A/A.swift:3: Fatal error: gone')
  t.same(crashed.tests, { total: 1, passed: 0, failed: 1, skipped: 0 })
  t.match(crashed.findings.find(one => one.kind === 'test'), { rule: 'A.testOne', message: 'A/A.swift:3: Fatal error: gone' })
  t.same((await read('\t Executed 3 tests, with 1 failure (0 unexpected) in 0.1 (0.1) seconds', '\t Executed 5 tests, with 1 test skipped and 2 failures (0 unexpected) in 0.1 (0.1) seconds')).tests, { total: 5, passed: 2, failed: 2, skipped: 1 })
  t.same((await read('Test Suite \'All tests\' started at 2026-01-05 10:00:00.000', 'Test Suite \'All tests\' passed at 2026-01-05 10:00:00.000', '\t Executed 0 tests, with 0 failures (0 unexpected) in 0.0 (0.0) seconds')).tests, null)
})

t.test('both frameworks in one run add up', async t => {
  const { tests } = await read(
    'Test Case \'A.testOne\' started at 2026-01-05 10:00:00.001', 'Test Case \'A.testOne\' passed (0.1 seconds)',
    '\u25c7 Test run started.\r', '\u{100884}  Test two() recorded an issue at A.swift:3:1: Expectation failed: false', '\u{100884}  Test two() failed after 0.1 seconds with 1 issue.', '\u{100884}  Test run with 2 tests failed after 0.1 seconds with 1 issue.',
  )
  t.same(tests, { total: 3, passed: 2, failed: 1, skipped: 0 })
})

t.test('a build server may put the time before every line', async t => {
  const stamped = (...lines: string[]) => lines.map(text => `2026-01-05T10:00:00.1234567Z ${text}`)
  const { findings, tests } = await read(...stamped('    \u2713 testAdds (0.001 seconds)', '\u2718 Test a() recorded an issue at A.swift:3:1: Issue recorded', '\u21b3 it is broken', '\u2718 Test a() failed after 0.1 seconds with 1 issue.', '/repo/A.swift:1:8: error: No such module \'B\' (in target \'A\' from project \'A\')'))
  t.match(findings, [{ message: 'No such module \'B\'', line: 1 }, { rule: 'a()', message: 'it is broken' }])
  t.same(tests, { total: 2, passed: 1, failed: 1, skipped: 0 })
})

t.test('prose and other tools are nobody\'s', async t => {
  const { findings, tests } = await read('error: could not compile `a`', 'warning: unused variable: `x`', 'Test Suite passed', 'Test the waters', 'main.go:3:5: undefined: x', 'a.py:1:2: error: x [y]', '\u274c 3 tests failed', '\u26a0\ufe0f  be careful', '  \u2713 works (3 seconds)', 'fatal error: all goroutines are asleep')
  t.same(findings, [])
  t.same(tests, null)
})
