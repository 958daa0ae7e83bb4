import type { Fixer, FixRequest } from '../../core/contract.ts'
import { quote } from '../../core/parse/index.ts'
import { usePinned } from './pins.ts'
import { lockedFlag, scopeOf, targetsOf } from './project.ts'

/** Lints that report but were not asked for are silenced, so that only the asked ones are repaired. */
const silenced = ['clippy::all', 'clippy::pedantic', 'clippy::nursery', 'clippy::restriction', 'clippy::cargo', 'unused', 'nonstandard_style', 'rust_2018_idioms', 'deprecated', 'redundant_semicolons']

function clippyFix({ tree, rules, files }: FixRequest): string | undefined {
  const lints = rules.filter(rule => /^(?:clippy::)?[a-z][a-z0-9_]*$/.test(rule))
  if (rules.length > 0 && lints.length === 0) return undefined
  const only = lints.length === 0 ? '' : ` --${silenced.map(group => ` -A ${group}`).join('')}${lints.map(lint => ` -W ${quote(lint)}`).join('')}`
  return `${usePinned(tree, 'cargo clippy --version')}export CARGO_TARGET_DIR="$TMPDIR/target"
${within(files, `cargo clippy --fix --allow-dirty --allow-staged --allow-no-vcs${lockedFlag(tree)}${scopeOf(tree)}${targetsOf(tree)}${only}`)}`
}

/** cargo repairs crates, not files: those that were not asked for are put back as they were. */
function within(files: readonly string[], command: string): string {
  if (files.length === 0) return command
  const asked = files.map(file => ` --exclude=${quote(`./${file}`)}`).join('')
  return `find . -name '*.rs' -type f -print0 >"$TMPDIR/sources"
tar -cf "$TMPDIR/sources.tar" --anchored --no-wildcards${asked} --null --files-from="$TMPDIR/sources"
${command}
tar -xf "$TMPDIR/sources.tar"`
}

/** To the newest version that the manifests allow; `name@version` where the lock file holds several. */
function raise({ tree, packages }: FixRequest): string | undefined {
  if (packages.length === 0) return undefined
  const specs = packages.map(({ name, installed }) => quote(installed === undefined ? name : `${name}@${installed}`))
  return usePinned(tree, 'cargo --version') + specs.map(spec => `cargo update -p ${spec}`).join('\n')
}

const format: Fixer = {
  tool: 'rustfmt', kind: 'format', needs: ['cargo', 'rustfmt'],
  run: ({ tree, files }) => `${usePinned(tree, 'rustfmt --version')}${within(files, 'cargo fmt --all')}`,
}

export const fixers: readonly Fixer[] = [
  { tool: 'clippy', needs: ['cargo', 'cargo-clippy'], network: true, run: clippyFix },
  { tool: 'rustc', kind: 'build', needs: ['cargo', 'cargo-clippy'], network: true, run: clippyFix },
  format,
  { tool: 'cargo-audit', kind: 'audit', needs: ['cargo'], network: true, run: raise },
  { tool: 'cargo-deny', kind: 'audit', needs: ['cargo'], network: true, run: raise },
]
