import t from 'tap'
import { treeOf } from '../../core/tree.ts'
import { fixerOf, lacks, repair } from '../../test/support/fixer.ts'
import pack from './index.ts'

const source = 'pub fn sum(all: &[u32]) -> u32 {\n    let spare = 1;\n    return all.iter().sum();\n}\n'
const files = {
  'Cargo.toml': '[package]\nname = "sums"\nversion = "0.1.0"\nedition = "2021"\n',
  'Cargo.lock': 'version = 3\n\n[[package]]\nname = "sums"\nversion = "0.1.0"\n',
  'src/lib.rs': `mod other;\n${source}`, 'src/other.rs': source,
}

t.test('clippy repairs the rules asked for, in the files asked for', { skip: lacks(pack, { tool: 'clippy' }) }, async t => {
  const after = repair(t, pack, files, { tool: 'clippy', rules: ['clippy::needless_return'], files: ['src/other.rs'] })
  t.same(after, { ...files, 'src/other.rs': source.replace('return all.iter().sum();', 'all.iter().sum()') }, 'and leaves nothing behind')
})

t.test('the compiler\'s own lints; its errors are nobody\'s to repair without thought', { skip: lacks(pack, { tool: 'rustc', kind: 'build' }) }, async t => {
  const after = repair(t, pack, files, { tool: 'rustc', kind: 'build', rules: ['unused_variables'] })
  t.match(after['src/lib.rs'], 'let _spare = 1;\n    return')
  t.match(after['src/other.rs'], 'let _spare = 1;\n    return')
  t.equal(fixerOf(pack, { tool: 'rustc', kind: 'build' })?.run({ tree: treeOf('/', []), rules: ['E0425'], files: [], packages: [] }), undefined)
})

t.test('rustfmt', { skip: lacks(pack, { tool: 'rustfmt', kind: 'format' }) }, async t => {
  const untidy = { ...files, 'src/lib.rs': `mod  other;\n${source}`, 'src/other.rs': 'fn  a( ) {}\n' }
  t.same(repair(t, pack, untidy, { tool: 'rustfmt', kind: 'format', files: ['src/other.rs'] }), { ...untidy, 'src/other.rs': 'fn a() {}\n' })
  t.equal(repair(t, pack, untidy, { tool: 'rustfmt', kind: 'format' })['src/lib.rs'], files['src/lib.rs'])
})

t.test('advisories are answered by cargo update, of the one version that has them', async t => {
  const run = fixerOf(pack, { tool: 'cargo-audit', kind: 'audit' })?.run
  const request = { tree: treeOf('/', []), rules: [], files: [] }
  t.equal(run?.({ ...request, packages: [{ name: 'a', installed: '1.0.0' }, { name: 'b' }] }), 'cargo update -p a@1.0.0\ncargo update -p b')
  t.equal(run?.({ ...request, packages: [] }), undefined)
})
