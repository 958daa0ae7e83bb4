import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import t, { type Test } from 'tap'
import type { LanguagePack } from '../../core/contract.ts'
import { detect, plan } from '../../core/plan.ts'
import { treeOf } from '../../core/tree.ts'

const recipe = (name: 'build' | 'test', title: string, file: string) => ({ name, title, when: (tree: { has(glob: string): boolean }) => tree.has(file), run: `run ${title}`, needs: [] })

const pack = (name: string, more: Partial<LanguagePack>): LanguagePack => ({
  kind: 'language', api: 1, name, title: name, markers: [], extensions: [], parsers: {}, toolchain: [],
  recipes: [recipe('test', `${name} special`, 'special.cfg'), recipe('test', `${name} plain`, '**/*')], ...more,
})

const packs = [
  pack('one', { markers: ['one.toml'], aliases: ['uno'] }),
  pack('two', { markers: ['Two*.txt'], nested: 'part' }),
  pack('loose', { extensions: ['.ls'], interpreters: ['loosely'], claimsLoose: true }),
]

function checkout(t: Test, files: readonly string[]) {
  const root = t.testdir()
  for (const file of files) {
    mkdirSync(dirname(join(root, file)), { recursive: true })
    writeFileSync(join(root, file), '')
  }
  return { root, files: files.toSorted() }
}

const whole = { ref: 'main', recipes: [], languages: [], subprojects: [] }
const nothing = { subprojects: [], languages: [] }

t.test('directories with markers are subprojects; dependencies and test data are not', async t => {
  const files = ['one.toml', 'a/one.toml', 'a/b/one.toml', 'node_modules/x/one.toml', 'vendor/y/one.toml', 'test/fixtures/z/one.toml', 'c/TwoThings.txt', 'c/d/TwoMore.txt', 'e/TwoThings.txt.bak']
  t.same(detect(packs, { root: '/nowhere', files }).map(one => `${one.language}:${one.path}`), ['one:', 'one:a', 'one:a/b', 'two:c'])
})

t.test('loose sources claim the root, unless there are markers', async t => {
  t.same(detect(packs, { root: '/nowhere', files: ['lib/x.ls'] }).map(one => `${one.language}:${one.path}`), ['loose:'])
  t.same(detect(packs, { root: '/nowhere', files: ['vendor/x.ls'] }), [])
})

t.test('so do files without an extension whose first line names the interpreter', async t => {
  for (const [line, found] of [['#!/usr/bin/loosely', ['loose:']], ['#! /usr/bin/env loosely -x', ['loose:']], ['#!/usr/bin/env -S loosely -x', ['loose:']], ['#!/bin/other', []], ['loosely', []]] as const) {
    const { root, files } = checkout(t, ['bin/tool', 'configure', 'LICENSE'])
    writeFileSync(join(root, 'bin/tool'), `${line}\n`)
    writeFileSync(join(root, 'configure'), '#!/usr/bin/loosely\n')
    t.same(detect(packs, { root, files }).map(one => `${one.language}:${one.path}`), found, line)
  }
})

t.test('named languages only, by alias too', async t => {
  t.same(detect(packs, { root: '/nowhere', files: ['one.toml', 'Two.txt'] }, ['uno']).map(one => one.language), ['one'])
})

t.test('the first recipe that fits is taken; the project has the last word', async t => {
  const place = checkout(t, ['one.toml', 'a/one.toml', 'a/special.cfg'])
  t.same(plan(packs, place, nothing, whole).map(job => [job.subproject, job.recipe, job.snapshot.source]), [['', 'test', 'one plain'], ['a', 'test', 'one special']])
  const own = { path: 'a', language: 'uno', recipes: { test: 'make test', deploy: 'make deploy' }, timeoutSecs: 5 }
  t.same(plan(packs, place, { subprojects: [own], languages: [] }, whole).map(job => [job.language, job.recipe, job.snapshot.run, job.snapshot.timeoutSecs]), [['one', 'test', 'make test', 5], ['one', 'deploy', 'make deploy', 5]])
  t.same(plan(packs, place, { subprojects: [{ ...own, recipes: { test: null } }], languages: [] }, whole), [], 'null turns a default off')
})

t.test('a run may ask for less', async t => {
  const place = checkout(t, ['one.toml', 'a/one.toml', 'c/Two.txt'])
  const jobs = (request: object) => plan(packs, place, nothing, { ...whole, ...request }).map(job => `${job.language}:${job.subproject}`)
  t.same(jobs({ languages: ['uno'] }), ['one:', 'one:a'])
  t.same(jobs({ subprojects: ['c'] }), ['two:c'])
  t.same(jobs({ recipes: ['audit'] }), [])
})

t.test('a tree reads plain files inside the checkout, and nothing else', async t => {
  const outside = t.testdir({ secret: 'secret', repo: { 'tsconfig.json': '{ // a comment\n "a": "x // y", /* b */ "c": [1, 2,], }', 'broken.json': '{', sub: { 'x.py': '' } } })
  const root = join(outside, 'repo')
  symlinkSync('../secret', join(root, 'link'))
  symlinkSync('/', join(root, 'up'))
  const tree = treeOf(root, ['broken.json', 'link', 'node_modules/y.py', 'sub/x.py', 'tsconfig.json', 'up'])
  t.same(tree.json('tsconfig.json'), { a: 'x // y', c: [1, 2] })
  t.equal(tree.json('broken.json'), undefined)
  t.equal(tree.read('link'), undefined)
  t.equal(tree.read('up/etc/passwd'), undefined)
  t.equal(tree.read('../secret'), undefined)
  t.same(tree.find('**/*.py'), ['sub/x.py'])
  t.ok(tree.has('sub'))
  const inner = treeOf(root, ['sub/x.py', 'tsconfig.json'], 'sub')
  t.ok(inner.has('x.py'))
  t.ok(inner.parent?.has('tsconfig.json'))
  t.equal(inner.parent?.parent, undefined)
})
