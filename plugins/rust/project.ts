import type { Tree } from '../../core/contract.ts'

/** What a cargo project's files say of it. Read with patterns: the questions are few and each is about one line or table. */

export function says(tree: Tree, file: string, pattern: RegExp): boolean {
  return pattern.test(tree.read(file) ?? '')
}

const manifests = (tree: Tree) => tree.find('**/Cargo.toml').slice(0, 500)

/** Every member, unless the project itself says which are the usual ones: others may not build on this machine. */
export function scopeOf(tree: Tree): string {
  const isWorkspace = says(tree, 'Cargo.toml', /^\[workspace(?:\]|\.)/m)
  return isWorkspace && !says(tree, 'Cargo.toml', /^default-members\s*=/m) ? ' --workspace' : ''
}

/** A lock file that is kept with the sources is meant. */
export function lockedFlag(tree: Tree): string {
  return tree.has('Cargo.lock') ? ' --locked' : ''
}

export function hasLibrary(tree: Tree): boolean {
  return tree.has('src/lib.rs') || tree.find('**/src/lib.rs').length > 0 || manifests(tree).some(file => says(tree, file, /^\[lib\]/m))
}

/** Programs for a machine without an operating system, or for a browser: they are built here, but not run. */
export function isForOtherMachine(tree: Tree): boolean {
  return ['.cargo/config.toml', '.cargo/config'].some(file => says(tree, file, /^target\s*=\s*"(?:thumb|avr|xtensa|wasm32|[\w.]+-(?:unknown-)?none|[\w.]+-esp-)/m) && !says(tree, file, /^runner\s*=/m))
}

export function hasDependencies(tree: Tree): boolean {
  const lock = tree.read('Cargo.lock')
  return lock === undefined ? manifests(tree).some(file => says(tree, file, /^\[(?:workspace\.|target\.[^\n]*\.)?(?:dev-|build-)?dependencies\b/m)) : /^source = "/m.test(lock)
}

const callers = ['.github/workflows/*.yml', '.github/workflows/*.yaml', '.gitlab-ci.yml', '.circleci/config.yml', '.travis.yml', 'azure-pipelines.yml', '.pre-commit-config.yaml', 'Makefile', 'justfile', 'Justfile', '.justfile', 'Makefile.toml', 'Taskfile.yml', 'bors.toml', 'ci/*.sh', 'scripts/*.sh', '.cargo/config.toml', 'xtask/src/*.rs']

function called(tree: Tree, pattern: RegExp): boolean {
  return callers.flatMap(glob => tree.find(glob)).slice(0, 100).some(file => says(tree, file, pattern))
}

const clippyCall = /\bcargo(?:[ \t]+\+\S+)?[ \t]+clippy\b|"clippy"|-p clippy\b|clippy-check|id: (?:cargo-)?clippy$/m
const inSource = /^#!\[(?:cfg_attr\([^\n]*,\s*)?(?:warn|deny|forbid|allow)\([^\n]*clippy::/m

/** Whether clippy is part of what the project does. */
export function usesClippy(tree: Tree): boolean {
  return tree.has('clippy.toml') || tree.has('.clippy.toml')
    || manifests(tree).some(file => says(tree, file, /^\[(?:workspace\.)?lints\.(?:clippy|rust)\b/m))
    || called(tree, clippyCall)
    || tree.find('**/src/{lib,main}.rs').slice(0, 200).some(file => says(tree, file, inSource))
}

/** A project that denies warnings does so where it calls clippy, or for all calls of a workflow. */
export function deniesWarnings(tree: Tree): boolean {
  return called(tree, /\bclippy\b[^\n]*(?:\\\n[^\n]*)?(?:-D ?|--deny[ =])(?:warnings|clippy::all)\b/) || called(tree, /^\s*RUSTFLAGS\s*[:=]\s*["']?[^\n]*-D ?warnings/m)
}

export type Formatting = 'none' | 'stable' | 'nightly'

/** Whether the project is formatted with rustfmt, and with which: options that stable does not have are passed over by it, and its result is another. */
export function formattingOf(tree: Tree): Formatting {
  const configured = ['rustfmt.toml', '.rustfmt.toml'].filter(file => tree.has(file))
  const calls = called(tree, /\bcargo(?:[ \t]+\+\S+)?[ \t]+fmt\b[^\n]*--check|\brustfmt\b[^\n]*--check|rustfmt-check|id: (?:cargo-)?fmt$/m)
  if (configured.length === 0 && !calls) return 'none'
  const nightly = called(tree, /\bcargo[ \t]+\+nightly\S*[ \t]+fmt\b/) || configured.some(file => says(tree, file, /^(?:unstable_features\s*=\s*true|(?:imports_granularity|group_imports|wrap_comments|format_code_in_doc_comments|format_strings|normalize_comments|ignore|overflow_delimited_expr|reorder_impl_items)\s*=)/m))
  return nightly ? 'nightly' : 'stable'
}

/** Benchmarks of the unstable kind are no target that everybody can compile. */
export function targetsOf(tree: Tree): string {
  const unstable = tree.find('{benches/**,*/benches/**,crates/*/benches/**}').slice(0, 200).some(file => file.endsWith('.rs') && says(tree, file, /^#!\[feature\(/m))
  return unstable ? ' --lib --bins --tests --examples' : ' --all-targets'
}

/** The profile that the project keeps for machines like this one. */
export function nextestProfile(tree: Tree): string {
  return says(tree, '.config/nextest.toml', /^\[profile\.ci(?:\]|\.)/m) ? ' --profile ci' : ''
}
