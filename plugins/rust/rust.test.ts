import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import picomatch from 'picomatch'
import t from 'tap'
import type { PackRecipe, RecipeName, Tree } from '../../core/contract.ts'
import pack from './index.ts'

const here = fileURLToPath(new URL('.', import.meta.url))
const works = (command: string, ...words: string[]) => spawnSync(command, words).status === 0
const noCargo = works('cargo', 'clippy', '--version') ? false : 'cargo with clippy is not on this machine'

function treeOf(files: Readonly<Record<string, string>>, parent?: Tree): Tree {
  const paths = Object.keys(files).sort()
  const find = (glob: string) => paths.filter(path => picomatch(glob, { dot: true })(path))
  return { find, has: glob => find(glob).length > 0, read: path => files[path], json: () => undefined, parent }
}

function chosen(name: RecipeName, files: Readonly<Record<string, string>>, parent?: Tree): { title: string; setup: string; run: string } {
  const tree = treeOf({ 'Cargo.toml': '[package]\nname = "a"\n', ...files }, parent)
  const recipe: PackRecipe | undefined = pack.recipes.find(one => one.name === name && one.when(tree))
  const text = (part: PackRecipe['setup']) => (typeof part === 'function' ? part(tree) : part) ?? ''
  return { title: recipe?.title ?? 'none', setup: text(recipe?.setup), run: text(recipe?.run) }
}

t.test('a kept lock file is meant, a workspace is built whole, unless it says what is usual', async t => {
  t.equal(chosen('build', {}).run, 'cargo build')
  t.equal(chosen('build', { 'Cargo.lock': '' }).run, 'cargo build --locked')
  t.equal(chosen('build', { 'Cargo.toml': '[workspace]\nmembers = ["a"]\n' }).run, 'cargo build --workspace')
  t.equal(chosen('build', { 'Cargo.toml': '[workspace]\nmembers = ["a"]\ndefault-members = ["a"]\n' }).run, 'cargo build')
  t.equal(pack.nested, 'part', 'members are no projects of their own')
})

t.test('tests: nextest where it is configured, documentation beside it, nothing that cannot run here', async t => {
  t.equal(chosen('test', {}).run, 'cargo test --no-fail-fast')
  const { title, run } = chosen('test', { '.config/nextest.toml': '[profile.ci]\nretries = 1\n', 'src/lib.rs': '' })
  t.equal(title, 'cargo nextest')
  t.match(run, /cargo nextest run --profile ci --no-fail-fast \|\| failed=1\ncargo test --doc --no-fail-fast \|\| failed=1/)
  t.notMatch(chosen('test', { '.config/nextest.toml': '', 'src/main.rs': '' }).run, '--doc', 'a program has no documentation tests')
  t.equal(chosen('test', { '.cargo/config.toml': '[build]\ntarget = "thumbv7em-none-eabihf"\n' }).title, 'none')
  t.equal(chosen('test', { '.cargo/config.toml': '[build]\ntarget = "wasm32-unknown-unknown"\nrunner = "wasm-bindgen-test-runner"\n' }).title, 'cargo test')
})

t.test('clippy denies what the project denies, and only advises where nobody asked', async t => {
  const clippy = (files: Readonly<Record<string, string>>) => /cargo clippy(?<flags>[^;"]*)"\$@"(?<more>[^;]*);/.exec(chosen('lint', files).run)?.groups
  t.match(clippy({}), { flags: ' --all-targets ', more: ' -- --cap-lints warn' })
  t.equal(chosen('lint', {}).title, 'clippy, as advice')
  const asking: readonly (readonly [string, string])[] = [['clippy.toml', ''], ['Cargo.toml', '[package]\n[lints.clippy]\npedantic = "warn"\n'], ['src/lib.rs', '#![warn(clippy::pedantic)]\n'], ['.github/workflows/ci.yml', 'run: cargo clippy --all\n']]
  for (const [file, text] of asking) t.match(clippy({ [file]: text }), { more: '' }, file)
  t.match(clippy({ '.github/workflows/ci.yml': 'run: cargo clippy --all-targets -- -D warnings\n' }), { more: ' -- -D warnings' })
  t.match(clippy({ Makefile: 'lint:\n\tcargo clippy -- -Dwarnings\n' }), { more: ' -- -D warnings' })
  t.match(clippy({ 'benches/a.rs': '#![feature(test)]\n' }), { flags: ' --lib --bins --tests --examples ' }, 'benchmarks that stable refuses')
})

t.test('the format is checked where the project has one', async t => {
  const { run } = chosen('lint', {})
  t.notMatch(run, 'cargo fmt')
  t.match(chosen('lint', { 'rustfmt.toml': 'max_width = 100\n' }).run, /\ncargo fmt --all --check \|\| failed=1/)
  t.match(chosen('lint', { 'rustfmt.toml': 'max_width = 100\n' }).run, '--cap-lints warn', 'that says nothing of clippy')
  t.match(chosen('lint', { '.github/workflows/ci.yml': 'run: cargo fmt --all -- --check\n' }).run, /\ncargo fmt --all --check/)
  t.match(chosen('lint', { 'rustfmt.toml': 'imports_granularity = "Crate"\n' }).run, /cargo \+nightly fmt --all --check\nelse echo/)
})

t.test('audits: cargo-deny where it is configured, nothing where there are no dependencies', async t => {
  t.equal(chosen('audit', { 'deny.toml': '' }).title, 'cargo deny')
  t.equal(chosen('audit', { 'Cargo.lock': '[[package]]\nname = "a"\n' }).title, 'none')
  t.equal(chosen('audit', { 'Cargo.lock': '[[package]]\nname = "b"\nsource = "registry"\n' }).title, 'cargo audit')
  t.match(chosen('audit', { 'Cargo.toml': '[package]\n[dependencies]\nb = "1"\n' }), { title: 'cargo audit', setup: 'cargo generate-lockfile' })
  t.match(chosen('audit', { 'deny.toml': '', '.cargo/audit.toml': '' }).run, 'cargo audit --json')
})

t.test('every script is one that a shell can read', async t => {
  const projects: Readonly<Record<string, string>>[] = [{}, { 'deny.toml': '', '.cargo/audit.toml': '', 'rustfmt.toml': 'ignore = []\n', '.config/nextest.toml': '', 'src/lib.rs': '', 'rust-toolchain.toml': '[toolchain]\nchannel = "1.60.0"\ntargets = ["wasm32-unknown-unknown"]\n' }, { 'Cargo.lock': 'source = "x"\n', 'clippy.toml': '', 'rust-toolchain': 'nightly-2024-01-01\n' }]
  for (const files of projects) {
    const tree = treeOf({ 'Cargo.toml': '', ...files })
    const scripts = (['build', 'test', 'lint', 'audit'] as const).flatMap(name => Object.values(chosen(name, files)).slice(1))
    const repairs = pack.fixers.map(fixer => fixer.run({ tree, rules: [], files: [], packages: [{ name: 'a' }] }) ?? '')
    for (const script of [...scripts, ...repairs]) t.equal(spawnSync('/bin/sh', ['-n', '-c', script], { encoding: 'utf8' }).stderr, '', script)
  }
})

t.test('a pinned toolchain is used, fetched, or the log says what is used instead', { skip: noCargo || (works('rustup', '--version') ? false : 'rustup is not on this machine') }, async t => {
  const files = { 'rust-toolchain.toml': '[toolchain]\nchannel = "1.2.3"\n' }
  const { setup, run } = chosen('build', files)
  t.match(setup, 'rustup toolchain install 1.2.3 --no-self-update --profile minimal -c clippy -c rustfmt')
  t.equal(chosen('build', {}, treeOf(files)).setup, setup, 'also one of a directory above')
  const directory = t.testdir({ ...files, cargo: {} })
  const prelude = run.slice(0, run.lastIndexOf('cargo build'))
  const env = { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '', CARGO_HOME: join(directory, 'cargo') }
  const done = spawnSync('/bin/sh', ['-c', `${prelude}rustc --version`], { cwd: directory, env, encoding: 'utf8' })
  t.match(done.stdout, /^rust-toolchain\.toml asks for 1\.2\.3, which is not to be had \(rustup toolchain install 1\.2\.3\): rustc \d.* is used\nrustc \d/, done.stderr)
  const here = /rustc (?<version>\S+)/.exec(spawnSync('rustc', ['--version'], { encoding: 'utf8' }).stdout)?.groups?.version ?? ''
  if (!works('rustup', 'run', here, 'rustc', '--version')) return
  const pinned = chosen('build', { 'rust-toolchain': `${here}\n` }).run
  const quiet = spawnSync('/bin/sh', ['-c', `${pinned.slice(0, pinned.lastIndexOf('cargo build'))}echo "$RUSTUP_TOOLCHAIN"`], { cwd: directory, env, encoding: 'utf8' })
  t.equal(quiet.stdout, `${here}\n`, 'one that is here is used without a word')
  const only = { 'rust-toolchain.toml': '[toolchain]\ncomponents = ["rust-src"]\n' }
  const unnamed = chosen('build', only)
  t.equal(unnamed.setup, '')
  const own = spawnSync('/bin/sh', ['-c', `${unnamed.run.slice(0, unnamed.run.lastIndexOf('cargo build'))}echo "$RUSTUP_TOOLCHAIN"`], { cwd: directory, env, encoding: 'utf8' })
  t.equal(own.stdout.trim(), spawnSync('rustup', ['default'], { encoding: 'utf8' }).stdout.split(' ')[0], 'a file without a channel')
  const audited = chosen('audit', { ...files, 'Cargo.toml': '[dependencies]\nx = "1"\n' })
  for (const script of [audited.setup, audited.run]) t.match(script, 'RUSTUP_TOOLCHAIN=1.2.3 cargo --version', 'an audit fetches no toolchain behind the back of the job')
})

t.test('an advisory database that cannot be had fails the audit and says so', { skip: works('cargo-audit', 'audit', '--version') ? false : 'cargo-audit is not on this machine' }, async t => {
  const { run } = chosen('audit', { 'Cargo.lock': 'source = "registry+x"\n' })
  const directory = t.testdir({ '.cargo': { 'audit.toml': '[database]\npath = "nowhere"\nfetch = false\n' }, 'Cargo.lock': 'version = 4\n', reports: {} })
  const done = spawnSync('/bin/sh', ['-c', run], { cwd: directory, env: { ...process.env, CRAFTING_REPORTS: join(directory, 'reports') }, encoding: 'utf8' })
  t.not(done.status, 0)
  t.match(done.stderr, /error: .*/)
})

t.test('a report that breaks off, a line that is no JSON', { skip: noCargo }, async t => {
  const directory = t.testdir({})
  mkdirSync(join(directory, 'logs'))
  const recorded = readFileSync(join(here, 'fixtures/rustc-json.clippy.in'), 'utf8')
  const log = join(directory, 'logs/broken.json')
  writeFileSync(log, `${recorded.split('\n').slice(0, 4).join('\r\n')}\r\nKilled\r\n{"reason":"compiler-message","message":{"rendered":"warn`)
  const { stdout } = spawnSync(process.execPath, [join(here, '../../bin/crafting-table.js'), 'parse', '--json', '--language', 'rust', log], { encoding: 'utf8' })
  const { findings } = JSON.parse(stdout) as { findings: { rule?: string }[] }
  t.same(findings.map(one => one.rule), recorded.split('\n').slice(0, 4).flatMap(line => /"code":\{"code":"(?<rule>[\w:]+)"/.exec(line)?.groups?.rule ?? []))
})
