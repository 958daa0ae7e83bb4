import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { copied, crate } from './fetch.ts'
import { nth, spread, type Seed, type Tree } from './seeds.ts'

const src = (...names: string[]) => names.map(name => `src/${name}.rs`)
const all = src('display', 'error', 'eval', 'identifier', 'impls', 'lib', 'parse')
const clippy = (rule: string, pattern: RegExp, replacement: string, more: Partial<{ files: readonly string[]; each: number; refused: 'protected' }> = {}): Seed[] =>
  spread({ tool: 'clippy', rule: `clippy::${rule}`, pattern, replacement, files: all, ...more })

export const semver: Tree = {
  name: 'semver', needs: ['cargo', 'cargo-clippy', 'rustfmt'],
  async lay(directory) {
    copied(crate('semver', '1.0.20'), directory)
    for (const name of ['Cargo.toml.orig', 'benches', '.github', '.gitignore', '.cargo_vcs_info.json', '.cargo-ok']) rmSync(join(directory, name), { recursive: true, force: true })
    writeFileSync(join(directory, 'Cargo.toml'), '[package]\nname = "semver"\nversion = "1.0.20"\nedition = "2018"\nbuild = "build.rs"\n\n[features]\ndefault = ["std"]\nstd = []\nserde = []\n')
    writeFileSync(join(directory, 'Cargo.lock'), 'version = 3\n\n[[package]]\nname = "semver"\nversion = "1.0.20"\n')
    writeFileSync(join(directory, 'rustfmt.toml'), 'edition = "2018"\n')
    const held = ['tests/test_version_req.rs', 'tests/test_identifier.rs']
    const files = new Map(held.map(file => [file, readFileSync(join(directory, file))] as const))
    for (const file of held) rmSync(join(directory, file))
    return { files, run: 'cargo test -q' }
  },
  seeds: () => [
    ...clippy('needless_return', /^( +)(self\.identifier\.(?:as_str|is_empty)\(\))$/m, '$1return $2;', { each: 2 }),
    ...clippy('needless_return', /^ {4}(ver\.pre [=<>]+ cmp\.pre)$/m, '    return $1;', { each: 4, files: src('eval') }).map(seed => ({ ...seed, lot: 'eval' })),
    ...clippy('len_zero', /(?<=if )(text|rest|pre|build)\.is_empty\(\)(?= \{)/, '$1.len() == 0', { each: 3 }),
    ...clippy('bool_comparison', /(?<=if )!(\w+\.\w+)\.is_empty\(\)(?= \{)/, '$1.is_empty() == false', { each: 3 }),
    ...clippy('redundant_field_names', /^( +)(major|minor|patch|pre|build|comparators|op|identifier),$/m, '$1$2: $2,', { each: 3 }),
    ...spread({ tool: 'rustc', rule: 'unused_imports', pattern: /^use (core|crate|alloc)::/m, replacement: 'use core::mem::size_of_val;\nuse $1::', files: src('display', 'error', 'eval', 'impls'), each: 1 }),
    ...spread({ tool: 'rustc', rule: 'unused_mut', pattern: /^( +)let (\w+) = /m, replacement: '$1let mut $2 = ', files: src('display', 'parse', 'impls', 'identifier'), each: 2 }),
    ...src('display', 'error', 'eval', 'impls', 'parse').flatMap((file): Seed[] => [0, 1, 2].map(() => ({ tool: 'rustfmt', file, edit: nth(/^( +)(return |if )(?=\S.*[;{]$)/m, '$1   $2') }))),
    ...clippy('needless_return', /^( +)rustc\.ok\(\)$/m, '$1return rustc.ok();', { files: ['build.rs'], refused: 'protected' }),
    ...spread({ tool: 'rustc', rule: 'unused_imports', pattern: /^use semver::/m, replacement: 'use std::mem::size_of_val;\nuse semver::', files: ['tests/test_version.rs'], each: 1, refused: 'protected' }),
    { tool: 'rustc', rule: 'unused_imports', file: 'build.rs', refused: 'protected', edit: nth(/^use std::env;/m, 'use std::env;\nuse std::mem::size_of_val;') },
  ],
}

export const trees: readonly Tree[] = [semver]
