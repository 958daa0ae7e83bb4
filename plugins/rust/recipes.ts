import type { PackRecipe, Tree } from '../../core/contract.ts'
import { has, quote } from '../../core/parse/index.ts'
import { fetchPinned, usePinned } from './pins.ts'
import { deniesWarnings, formattingOf, hasDependencies, hasLibrary, isForOtherMachine, lockedFlag, nextestProfile, scopeOf, targetsOf, usesClippy } from './project.ts'

const compiler = 'rustc --version'
const clippy = 'cargo clippy --version'
const cargo = 'cargo --version'

/** Rust compiles long, and every dependency once. */
const timeoutSecs = 1800

/** All commands run; one that fails fails the job. */
function all(tree: Tree, probe: string, commands: readonly string[]): string {
  return [`${usePinned(tree, probe)}failed=0`, ...commands.map(command => `${command} || failed=1`), 'exit $failed'].join('\n')
}

const build: PackRecipe = {
  name: 'build', title: 'cargo build', needs: ['cargo'], timeoutSecs,
  when: has('Cargo.toml'),
  setup: tree => fetchPinned(tree, compiler),
  run: tree => `${usePinned(tree, compiler)}cargo build${lockedFlag(tree)}${scopeOf(tree)}`,
}

const cargoTest = (tree: Tree, more = '') => `cargo test${lockedFlag(tree)}${scopeOf(tree)}${more} --no-fail-fast`

const test: readonly PackRecipe[] = [
  {
    name: 'test', title: 'cargo nextest', needs: ['cargo'], timeoutSecs,
    when: tree => tree.has('.config/nextest.toml') && !isForOtherMachine(tree),
    setup: tree => fetchPinned(tree, compiler),
    rerun(tree, tests) {
      const named = tests.map(one => one.tool === 'nextest' ? /^(?<binary>[\w:-]+) (?<name>[\w:]+)$/.exec(one.test)?.groups : undefined)
      if (named.some(one => one === undefined)) return undefined
      const expression = named.map(one => `(binary_id(=${one?.binary}) & test(=${one?.name}))`).join(' | ')
      return `${usePinned(tree, compiler)}cargo nextest run${lockedFlag(tree)}${scopeOf(tree)}${nextestProfile(tree)} --no-fail-fast -E ${quote(expression)}`
    },
    run: tree => {
      const nextest = `cargo nextest run${lockedFlag(tree)}${scopeOf(tree)}${nextestProfile(tree)} --no-fail-fast`
      // It does not run the documentation's tests.
      const commands = [nextest, ...hasLibrary(tree) ? [cargoTest(tree, ' --doc')] : []]
      return `if ! cargo nextest --version >/dev/null 2>&1; then
echo '.config/nextest.toml asks for cargo-nextest, which is not installed (cargo install --locked cargo-nextest): cargo test runs'
${usePinned(tree, compiler)}${cargoTest(tree)}
exit
fi
${all(tree, compiler, commands)}`
    },
  },
  {
    name: 'test', title: 'cargo test', needs: ['cargo'], timeoutSecs,
    when: tree => tree.has('Cargo.toml') && !isForOtherMachine(tree),
    setup: tree => fetchPinned(tree, compiler),
    run: tree => `${usePinned(tree, compiler)}${cargoTest(tree)}`,
    // rustdoc takes what is passed to its harness apart at blanks, and the names of its tests have some.
    rerun: (tree, tests) => tests.every(one => /^[\w:]+$/.test(one.test)) ? `${usePinned(tree, compiler)}${cargoTest(tree)} -- --exact ${tests.map(one => one.test).join(' ')}` : undefined,
  },
]

/**
 * The report has the machine's form, with ranges and repairs; people get theirs from what cargo remembers of that run. Indented, so that
 * nothing is read twice.
 */
function clippyOf(tree: Tree, flags: string): string {
  const call = `cargo clippy${lockedFlag(tree)}${scopeOf(tree)}${targetsOf(tree)}`
  return `{ cargo_clippy() { ${call} "$@"${flags === '' ? '' : ` --${flags}`}; }
cargo_clippy --message-format=json >"$CRAFTING_REPORTS/clippy.json"; status=$?
cargo_clippy --quiet 2>&1 | sed 's/^/  /'
[ $status -eq 0 ]; }`
}

const formatCheck = {
  none: [],
  stable: ['cargo fmt --all --check'],
  nightly: [`if cargo +nightly fmt --version >/dev/null 2>&1; then cargo +nightly fmt --all --check
else echo 'rustfmt is configured for nightly, which is not installed (rustup toolchain install nightly): the format is not checked'; fi`],
} as const

const lint: readonly PackRecipe[] = [
  {
    name: 'lint', title: 'clippy and rustfmt', needs: ['cargo', 'cargo-clippy'], timeoutSecs,
    when: tree => tree.has('Cargo.toml') && (usesClippy(tree) || formattingOf(tree) !== 'none'),
    setup: tree => fetchPinned(tree, clippy),
    run: tree => all(tree, clippy, [clippyOf(tree, usesClippy(tree) ? deniesWarnings(tree) ? ' -D warnings' : '' : advice), ...formatCheck[formattingOf(tree)]]),
  },
  {
    name: 'lint', title: 'clippy, as advice', needs: ['cargo', 'cargo-clippy'], timeoutSecs,
    when: has('Cargo.toml'),
    setup: tree => fetchPinned(tree, clippy),
    run: tree => all(tree, clippy, [clippyOf(tree, advice)]),
  },
]

/** Nobody asked for it: what clippy denies by default is a warning too. */
const advice = ' --cap-lints warn'

const lockUp = (tree: Tree) => tree.has('Cargo.lock') ? undefined : `${usePinned(tree, cargo)}cargo generate-lockfile`

const auditCommands = [
  'cargo audit --json >"$CRAFTING_REPORTS/cargo-audit.json"; status=$?',
  // What is found is in the report; the rest is what people read. A database that could not be had has said so.
  'if [ -s "$CRAFTING_REPORTS/cargo-audit.json" ]; then cargo audit --no-fetch --stale 2>&1 | sed \'s/^/  /\'; else [ $status -ne 0 ] || status=1; fi',
]
const denyCommands = (tree: Tree) => [
  `cargo deny${lockedFlag(tree)} --format json check 2>"$CRAFTING_REPORTS/cargo-deny.json"; denied=$?`,
  `cargo deny${lockedFlag(tree)} check --disable-fetch 2>&1 | sed 's/^/  /'`,
]

const audit: readonly PackRecipe[] = [
  {
    name: 'audit', title: 'cargo deny', needs: ['cargo', 'cargo-deny'],
    when: has('deny.toml', '.deny.toml', '.cargo/deny.toml'),
    setup: lockUp,
    run: tree => usePinned(tree, cargo) + [...denyCommands(tree), ...tree.has('.cargo/audit.toml') ? [`if cargo audit --version >/dev/null 2>&1; then\n${auditCommands.join('\n')}\n[ $denied -ne 0 ] || denied=$status\nelse echo 'cargo-audit is not installed (cargo install --locked cargo-audit): cargo deny alone has looked'; fi`] : [], 'exit $denied'].join('\n'),
  },
  {
    name: 'audit', title: 'cargo audit', needs: ['cargo', 'cargo-audit'],
    when: tree => tree.has('Cargo.toml') && hasDependencies(tree),
    setup: lockUp,
    run: tree => usePinned(tree, cargo) + [...auditCommands, 'exit $status'].join('\n'),
  },
]

export const recipes: readonly PackRecipe[] = [build, ...test, ...lint, ...audit]
