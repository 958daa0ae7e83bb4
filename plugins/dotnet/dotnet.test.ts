import { spawnSync } from 'node:child_process'
import t from 'tap'
import type { Finding, Item, ParseContext, Parser, Tree } from '../../core/contract.ts'
import { extract } from '../../core/findings/extract.ts'
import pack from './index.ts'

/** A tree of these files. Globs: a plain name, `*.ext` at the root, or either of them anywhere. */
function treeOf(files: Readonly<Record<string, string>>): Tree {
  const names = Object.keys(files).toSorted()
  const find = (glob: string) => names.filter(name => {
    const tail = glob.replace(/^\*\*\//, '')
    const base = name.slice(name.lastIndexOf('/') + 1)
    if (glob === name) return true
    if (glob === tail && name.includes('/')) return false
    return tail.startsWith('*.') ? base.endsWith(tail.slice(1)) : base === tail
  })
  const json = (path: string): unknown => files[path] === undefined ? undefined : JSON.parse(files[path])
  return { has: glob => find(glob).length > 0, find, read: path => files[path], json, parent: undefined }
}

const recipe = (name: string, files: Readonly<Record<string, string>>) => pack.recipes.find(one => one.name === name && one.when(treeOf(files)))
function textOf(name: string, files: Readonly<Record<string, string>>, part: 'run' | 'setup' = 'run'): string {
  const found = recipe(name, files)?.[part]
  return typeof found === 'function' ? found(treeOf(files)) ?? '' : found ?? ''
}
const chosen = (files: Readonly<Record<string, string>>) => ['build', 'test', 'lint', 'audit'].map(name => recipe(name, files)?.title)

async function read(...lines: string[]): Promise<{ findings: Finding[]; tests: unknown }> {
  const parsers = Object.entries(pack.parsers as Record<string, Parser>).map(([name, parser]) => ({ name: `dotnet/${name}`, parser }))
  const log = lines.map(text => ({ text, stream: 'stdout' as const }))
  return extract({ log: [log], parsers: { own: parsers, everywhere: [] }, place: { root: '/repo', directory: '' } })
}

const sdk = '<Project Sdk="Microsoft.NET.Sdk"></Project>'
const legacy = '<Project ToolsVersion="15.0" xmlns="http://schemas.microsoft.com/developer/msbuild/2003"></Project>'
const tests = '<Project Sdk="Microsoft.NET.Sdk"><ItemGroup><PackageReference Include="Microsoft.NET.Test.Sdk" /></ItemGroup></Project>'

t.test('recipes follow the project', async t => {
  t.same(chosen({ 'a.csproj': sdk, 'A.cs': '' }), ['dotnet build', undefined, undefined, 'dotnet list package --vulnerable'])
  t.same(chosen({ 'a.sln': '', 'src/a.csproj': sdk, 'tests/t.fsproj': tests }), ['dotnet build', 'dotnet test', undefined, 'dotnet list package --vulnerable'])
  t.same(chosen({ 'a.csproj': legacy }), ['msbuild', undefined, undefined, undefined])
  t.same(chosen({ 'a.csproj': sdk, 'A.cs': '', '.editorconfig': '' }).at(2), 'configured linters')
  t.same(chosen({ 'a.fsproj': sdk, 'A.fs': '', '.editorconfig': '' }).at(2), undefined, 'dotnet format knows no F#')
  t.match(textOf('lint', { 'a.csproj': sdk, 'A.cs': '', '.editorconfig': 'csharp_style_x = true' }), /dotnet format "\$here"\/a\.csproj --verify-no-changes/)
  t.match(textOf('lint', { 'a.csproj': sdk, 'A.cs': '', '.editorconfig': '[*]' }), /dotnet format whitespace /)
  const manifest = (tools: object) => JSON.stringify({ version: 1, tools })
  t.match(textOf('lint', { 'a.csproj': sdk, '.config/dotnet-tools.json': manifest({ csharpier: { version: '1.0.1' } }) }), /dotnet csharpier check \./)
  t.match(textOf('lint', { 'a.csproj': sdk, 'dotnet-tools.json': manifest({ csharpier: { version: '0.30.1' } }) }), /dotnet csharpier --check \./)
  t.match(textOf('build', { 'a.csproj': sdk, 'packages.lock.json': '{}' }, 'setup'), /dotnet restore "\$here"\/a\.csproj --locked-mode/)
  t.match(textOf('build', { 'a.sln': '', 'a.slnx': '', 'b.sln': '', 'a.csproj': sdk }), /build "\$here"\/a\.sln [^]*build "\$here"\/b\.sln /)
  t.match(textOf('test', { 'a.csproj': tests, 'global.json': '{"test":{"runner":"Microsoft.Testing.Platform"}}' }), /dotnet test --project "\$here"\/a\.csproj/)
  t.match(textOf('test', { 'a.csproj': tests }), /--logger 'trx;LogFilePrefix=tests'/)
})

t.test('every recipe is shell', async t => {
  const files = { 'my app.sln': '', 'a.csproj': tests, 'A.cs': '', '.editorconfig': '', 'global.json': `{"sdk":{"version":"8.0.9'99","rollForward":"disable"}}`, 'packages.lock.json': '{}' }
  for (const name of ['build', 'test', 'lint', 'audit']) {
    for (const part of ['setup', 'run'] as const) t.equal(spawnSync('sh', ['-n'], { input: textOf(name, files, part), encoding: 'utf8' }).stderr, '', `${name}: ${part}`)
  }
})

t.test('an SDK that is not there is named, and another one runs', async t => {
  const fake = `dotnet() { if [ "$1" = --version ]; then [ "$PWD" = "$TMPDIR/sdk" ] && echo 10.0.302; else echo "$PWD: $*"; fi; }\n`
  const files = { 'a.csproj': sdk, 'global.json': '{"sdk":{"version":"8.0.999"},"msbuild-sdks":{"X":"1"}}' }
  const { stdout } = spawnSync('sh', ['-c', fake + textOf('build', files)], { encoding: 'utf8', cwd: t.testdir({}), env: { ...process.env, TMPDIR: t.testdirName } })
  t.match(stdout, /^global\.json asks for the \.NET SDK 8\.0\.999 \(rollForward: default\): it is not here\. 10\.0\.302 runs\.$/m)
  t.match(stdout, /\/sdk: build \/.*\/a\.csproj --no-restore/)
})

t.test('an audit fails for what is vulnerable, and for what could not be asked', async t => {
  const audit = (json: string, status = 0) => {
    const fake = `dotnet() { if [ "$1" = --version ]; then echo 8; elif [ "$7" = json ]; then cat <<'END'\n${json}\nEND\nreturn ${status}; else echo 'a list'; fi; }\n`
    const directory = t.testdir({})
    return spawnSync('sh', ['-c', fake + textOf('audit', { 'a.csproj': sdk })], { encoding: 'utf8', cwd: directory, env: { ...process.env, TMPDIR: directory, CRAFTING_REPORTS: directory } })
  }
  t.equal(audit('{"projects":[{"path":"a.csproj"}]}').status, 0)
  t.equal(audit('{"projects":[{"path":"a.csproj","frameworks":[{"vulnerabilities":[1]}]}]}').status, 1)
  t.equal(audit('{"problems":[{"level":"error","text":"x"}],"projects":[]}').status, 1)
  const unreachable = audit('error: Unable to load the service index', 1)
  t.equal(unreachable.status, 1)
  t.match(unreachable.stderr, /could not be audited/)
})

t.test('fixers', async t => {
  const fix = (tool: string, request: object) => pack.fixers.find(one => one.tool === tool)?.run({ tree: treeOf({ 'a.sln': '', 'src/a.csproj': '<PackageReference Include="Newtonsoft.Json" />', 'b.csproj': '' }), rules: [], files: [], packages: [], ...request })
  t.equal(fix('roslyn', { rules: ['CA1822', 'IDE0005'], files: ['src/A.cs'] }), 'dotnet format a.sln --no-restore --diagnostics CA1822 IDE0005 --severity info --include src/A.cs')
  t.equal(fix('roslyn', { rules: ['--x'] }), undefined)
  t.equal(fix('dotnet-format', {}), 'dotnet format whitespace a.sln --no-restore')
  t.equal(fix('nuget', { packages: [{ name: 'newtonsoft.json', fixed: '13.0.1' }] }), 'dotnet add src/a.csproj package newtonsoft.json --version 13.0.1')
  t.match(fix('nuget', { packages: [{ name: 'Other', fixed: '2.0.0' }] }), /dotnet nuget why src\/a\.csproj Other .*dotnet add src\/a\.csproj package Other --version 2\.0\.0/)
  t.equal(fix('nuget', { packages: [{ name: '-x' }] }), undefined)
})

t.test('a message of MSBuild in every shape', async t => {
  const { findings } = await read(
    'a.cs(5-7): warning CS0001: lines', 'a.cs(5,24-26): warning CS0002: columns', 'a.cs(5,24,6,2): warning CS0003: a range\r', 'a.cs(0,0): warning CS0004: no place',
    'a.cs : error CS0005: file only', 'a.cs(9,9): fatal error X0006: subcategory', 'error CS0007: bare', 'Some prose: error: nothing', 'note: error handling: nothing', 'a.cs(3,1): Error CS0008: capital',
    `a.cs(4,1): error CS0009: a path in brackets [x y] [/repo/p/p.csproj]`, String.raw`..\lib\b.cs(4,1): error CS0010: above [C:\w\p\p.csproj]`, '12:30:45: error: no',
  )
  t.same(findings.map(({ rule, file, line, column, endLine, endColumn }) => [rule, file, line, column, endLine, endColumn]), [
    ['CS0001', 'a.cs', 5, undefined, 7, undefined], ['CS0002', 'a.cs', 5, 24, 5, 26], ['CS0003', 'a.cs', 5, 24, 6, 2], ['CS0004', 'a.cs', undefined, undefined, undefined, undefined],
    ['CS0005', 'a.cs', undefined, undefined, undefined, undefined], ['X0006', 'a.cs', 9, 9, undefined, undefined], ['CS0007', undefined, undefined, undefined, undefined, undefined],
    ['CS0008', 'a.cs', 3, 1, undefined, undefined], ['CS0009', 'p/a.cs', 4, 1, undefined, undefined], ['CS0010', 'C:/w/lib/b.cs', 4, 1, undefined, undefined],
  ].map(one => [...one]))
  t.equal(findings.find(one => one.rule === 'CS0009')?.message, 'a path in brackets [x y]')
})

t.test('what several say at once is kept apart', async t => {
  const { findings } = await read(
    'a.cs(1,5): error CS0111: already defined', 'b.cs(2,5): (Location of the symbol related to previous error)', 'x.fs(1,1): error FS0001: expected', 'x.fs(1,1): error FS0001:     int', 'x.fs(1,1): error FS0001: another',
  )
  t.match(findings, [{ rule: 'CS0111', related: [{ file: 'b.cs', line: 2 }] }, { message: 'expected\n    int' }, { message: 'another' }])
  t.equal(findings.length, 3)
})

t.test('tests: totals, crashes, and a run that was cut off', async t => {
  t.same((await read('Passed!  - Failed:     0, Passed:    12, Skipped:     1, Total:    13, Duration: 1 s - A.dll (net8.0)', 'Failed!  - Failed:     2, Passed:     1, Skipped:     0, Total:     3, Duration: 1 s - B.dll (net8.0)')).tests, { total: 16, passed: 13, failed: 2, skipped: 1 })
  t.same((await read('失败!  - 失败:     1，通过:     2，已跳过:     0，总计:     3，持续时间: 42 ms - x.dll (net8.0)')).tests, { total: 3, passed: 2, failed: 1, skipped: 0 })
  const cut = await read('Starting test execution, please wait...', '  Failed A.B.C [1 s]', '  Error Message:', '   boom', 'The active test run was aborted. Reason: Test host process crashed : Stack overflow.')
  t.same(cut.tests, { total: 1, passed: 0, failed: 1, skipped: 0 })
  t.match(cut.findings, [{ rule: 'aborted' }, { rule: 'A.B.C', message: 'boom' }])
  t.same(await read('Failed to connect to the server', 'Passed  the word', 'Skipped  12 files [cached]'), { findings: [], tests: null, cases: [], tools: [], notes: [] })
})

t.test('a build server may put the time before every line', async t => {
  const stamped = (...lines: string[]) => lines.map(text => `2026-01-05T10:00:00.1234567Z ${text}`)
  const { findings, tests } = await read(...stamped('  Failed A.B.C [12 ms]', '  Error Message:', '   boom', '  Stack Trace:', '     at A.B.C() in /repo/t/A.cs:line 3', '', 'Failed!  - Failed:     1, Passed:     1, Skipped:     0, Total:     2, Duration: 1 s - A.dll (net8.0)'))
  t.match(findings, [{ rule: 'A.B.C', file: 't/A.cs', line: 3, message: 'boom' }])
  t.same(tests, { total: 2, passed: 1, failed: 1, skipped: 0 })
})

t.test('codes are not all numbered, and tasks name none', async t => {
  const { findings } = await read(String.raw`Src\cs.ATG (2242,17):  Warning CS0168: unused`, 'file.cs (10): Error XXX: loud', 'EXEC : warning : odd', 'Unit1.pas(12): hint warning H2164: unused [/repo/x/x.dproj]', 'tests.cpp(5): error in "x": check failed')
  t.same(findings.map(({ rule, file, line, level }) => [rule, file, line, level]), [['CS0168', 'Src/cs.ATG', 2242, 'warning'], ['XXX', 'file.cs', 10, 'error'], [undefined, undefined, undefined, 'warning'], ['H2164', 'x/Unit1.pas', 12, 'warning']])
})

t.test('reports that break off give what they have', async t => {
  const { findings, tests } = await read(
    '<?xml version="1.0" encoding="utf-8"?>', '<TestRun xmlns="http://microsoft.com/schemas/VisualStudio/TeamTest/2010"><Results>', '<UnitTestResult testId="1" testName="A.B" outcome="Failed"><Output><ErrorInfo><Message>m</Message></ErrorInfo></Output></UnitTestResult>', '<UnitTestResult testId="2" testName="A.C" outc',
  )
  t.match(findings, [{ rule: 'A.B', message: 'm' }])
  t.same(tests, { total: 1, passed: 0, failed: 1, skipped: 0 })
})

t.test('Mono compiles, and what it says is read', { skip: spawnSync('mcs', ['--version']).status === 0 ? false : 'mcs is not installed: apt install mono-mcs' }, async t => {
  const directory = t.testdir({ 'A.cs': 'class A {\n  void F() { int x = y; }\n}\n' })
  const { stdout, stderr } = spawnSync('mcs', ['A.cs'], { cwd: directory, encoding: 'utf8' })
  const items: Item[] = []
  const context: ParseContext = { emit: item => { items.push(item) }, report: undefined }
  const reader = pack.parsers.msbuild.lines(context)
  for (const line of `${stdout}${stderr}`.split('\n')) reader.line(line)
  reader.end?.()
  t.match(items, [{ tool: 'csc', rule: 'CS0103', level: 'error', file: 'A.cs', line: 2, column: 22 }])
})
