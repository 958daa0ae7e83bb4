import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import t from 'tap'
import { openMirror, resolve } from '../../core/run/mirror.ts'
import { resolveUrl } from '../../core/run/modules.ts'
import { emptied, sweep } from '../../core/run/trash.ts'
import { acquire, collect, listFiles, slotsInUse } from '../../core/run/workspace.ts'
import { repository, temporary } from './repository.ts'

function setUp(t: Parameters<typeof temporary>[0]) {
  const home = temporary(t)
  const origin = repository(join(home, 'origin'))
  const mirror = openMirror({ directory: join(home, 'work/project/.cache'), url: origin.directory, allowFile: true })
  const at = async (sha: string) => acquire(mirror, (await resolve(mirror, { sha }, { notBefore: Date.now() })).sha)
  return { home, origin, mirror, at, slots: join(home, 'work/project/slots') }
}

t.test('a checkout that git itself finds clean, tags and history included', async t => {
  const { origin, at } = setUp(t)
  origin.write({ 'src/a.txt': 'a\n', run: '#!/bin/sh\n', 'd/é/ü.txt': 'x' })
  chmodSync(join(origin.directory, 'run'), 0o755)
  origin.commit()
  origin.git('tag', '-a', '-m', 'x', 'v1')
  const sha = origin.commit({ b: 'b' })
  const place = await at(sha)
  const inside = repository(place.root).git
  t.equal(inside('rev-parse', 'HEAD'), sha)
  t.equal(inside('status', '--porcelain', '--ignored'), '')
  t.equal(inside('describe'), `v1-1-g${sha.slice(0, 7)}`)
  t.doesNotThrow(() => inside('fsck', '--strict'))
  t.ok(statSync(join(place.root, 'run')).mode & 0o100)
  t.same(await listFiles(place), ['b', 'd/é/ü.txt', 'run', 'src/a.txt'])
  for (const directory of [place.home, place.tmp, place.reports]) t.same(readdirSync(directory), [])
  t.equal(place.borrowed, join(dirname(dirname(dirname(place.root))), '.cache/objects'))
  await place.release()
})

t.test('slots: one per job at once, the same again, the one at the commit first', async t => {
  const { origin, mirror, at, slots } = setUp(t)
  const [a, b] = [origin.commit({ f: 'a' }), origin.commit({ f: 'b' })]
  const [one, two] = [await at(a), await at(b)]
  t.not(one.slot, two.slot)
  t.same(slotsInUse(mirror), [1, 2])
  await one.release()
  await two.release()
  await two.release()
  t.same(slotsInUse(mirror), [])
  for (const [sha, slot] of [[b, two.slot], [a, one.slot], [b, two.slot]] as const) {
    const again = await at(sha)
    t.equal(again.slot, slot)
    await again.release()
  }
  t.same(readdirSync(slots).sort(), ['1', '2'])
})

t.test('twenty jobs at once, four at a time', async t => {
  const { origin, mirror, slots } = setUp(t)
  const shas = Array.from({ length: 5 }, (_, number) => origin.commit({ f: String(number), [`only-${number}`]: '' }))
  const queue = Array.from({ length: 20 }, (_, number) => number)
  const using = new Set<number>()
  const work = async () => {
    for (let number = queue.shift(); number !== undefined; number = queue.shift()) {
      const { sha } = await resolve(mirror, { sha: shas[number % 5]! }, { notBefore: Date.now() })
      const place = await acquire(mirror, sha)
      t.notOk(using.has(place.slot))
      using.add(place.slot)
      t.equal(readFileSync(join(place.root, 'f'), 'utf8'), String(number % 5))
      writeFileSync(join(place.root, 'left'), '')
      writeFileSync(join(place.root, 'f'), 'spoilt')
      using.delete(place.slot)
      await place.release()
    }
  }
  await Promise.all([work(), work(), work(), work()])
  t.ok(readdirSync(slots).length <= 4)
})

t.test('another commit: files come, go, and change into directories and links', async t => {
  const { origin, at } = setUp(t)
  const a = origin.commit({ x: '1', 'd/y': '2', same: 's', '.gitattributes': '*.crlf text eol=crlf\n', 'l.crlf': 'a\nb\n' })
  origin.git('rm', '-qr', 'x', 'd')
  const b = origin.commit({ 'x/deep/z': '3', d: '4' })
  for (const sha of [a, b, a, b, b, a]) {
    const place = await at(sha)
    t.equal(repository(place.root).git('status', '--porcelain', '--ignored'), '')
    t.equal(existsSync(join(place.root, 'x/deep/z')), sha === b)
    t.equal(readFileSync(join(place.root, 'l.crlf'), 'utf8'), 'a\r\nb\r\n')
    await place.release()
  }
})

t.test('a kept slot is left alone', async t => {
  const { origin, mirror, at } = setUp(t)
  const sha = origin.commit({ a: '1' })
  await resolve(mirror, { sha }, { notBefore: 0 })
  const kept = await acquire(mirror, sha, { keep: true })
  writeFileSync(join(kept.root, 'a'), 'mine')
  await kept.release()
  const next = await at(sha)
  t.not(next.slot, kept.slot)
  t.equal(readFileSync(join(kept.root, 'a'), 'utf8'), 'mine')
  await next.release()
})

t.test('an aborted wait gives the slot back', async t => {
  const { origin, mirror, at } = setUp(t)
  const sha = origin.commit({ a: '1' })
  await (await at(sha)).release()
  const abort = new AbortController()
  const place = acquire(mirror, sha, { signal: abort.signal })
  abort.abort('enough')
  await place.then(got => got.release(), (reason: unknown) => t.equal(reason, 'enough'))
  t.same(slotsInUse(mirror), [])
})

t.test('a commit that is not there is said to be so, without credentials', async t => {
  const { origin, mirror, at } = setUp(t)
  await (await at(origin.commit({ a: '1' }))).release()
  await t.rejects(acquire(mirror, 'e'.repeat(40)), { name: 'FarmError', code: 'unavailable' })
  t.same(slotsInUse(mirror), [])
})

t.test('submodules', async t => {
  const { home, origin, at } = setUp(t)
  const inner = repository(join(home, 'inner'))
  inner.commit({ deepest: '1' })
  const module = repository(join(home, 'module'))
  module.commit({ m: '1' })
  module.git('submodule', '--quiet', 'add', '../inner', 'in')
  module.commit()
  const plain = origin.commit({ a: '1' })
  origin.git('submodule', '--quiet', 'add', '../module', 'lib/m')
  const bad = module.git('rev-parse', 'HEAD')
  origin.git('update-index', '--add', '--cacheinfo', `160000,${bad},evil`)
  origin.git('config', '-f', '.gitmodules', 'submodule.evil.path', 'evil')
  origin.git('config', '-f', '.gitmodules', 'submodule.evil.url', 'ext::sh -c "touch pwned"')
  origin.git('config', '-f', '.gitmodules', 'submodule.evil.update', '!touch pwned')
  origin.git('add', '.gitmodules')
  origin.git('commit', '-qm', 'modules')
  const sha = origin.git('rev-parse', 'HEAD')
  for (const spoil of [() => {}, (root: string) => writeFileSync(join(root, 'lib/m/in/deepest'), 'spoilt'), (root: string) => repository(join(root, 'lib/m')).commit({ evil: '' }), (root: string) => writeFileSync(join(root, 'evil/x'), '')]) {
    const place = await at(sha)
    t.equal(readFileSync(join(place.root, 'lib/m/in/deepest'), 'utf8'), '1')
    t.same(readdirSync(join(place.root, 'lib/m')).sort(), ['.gitmodules', 'in', 'm'])
    t.same(readdirSync(join(place.root, 'evil')), [])
    t.match(place.notes, [/submodule evil is left out: .*transfer|submodule evil is left out/])
    t.same(await listFiles(place), ['.gitmodules', 'a'])
    spoil(place.root)
    await place.release()
  }
  const before = await at(plain)
  t.same(readdirSync(before.root).sort(), ['.git', 'a'])
  t.same(before.notes, [])
  await before.release()
  await (await at(sha)).release()
})

t.test('relative submodule URLs', async t => {
  t.equal(resolveUrl('https://example.org/a/b.git', '../c'), 'https://example.org/a/c')
  t.equal(resolveUrl('https://example.org/a/b.git', './c'), 'https://example.org/a/b.git/c')
  t.equal(resolveUrl('git@example.org:a/b', '../../c'), 'git@example.org:c'.replace('example.org:c', 'example.org:c'))
  t.equal(resolveUrl('git@example.org:a/b', 'https://x/y'), 'https://x/y')
})

t.test('the hourly round', async t => {
  const { home, origin, mirror, at, slots } = setUp(t)
  const sha = origin.commit({ a: '1' })
  const [one, two] = [await at(sha), await at(sha)]
  await one.release()
  const work = join(home, 'work')
  const day = 86_400_000
  const now = Date.now()
  t.match(await collect(work, { now: now + 3_600_000 * 23 }), { slots: 0, mirrors: 0, projects: 0, faults: [] })
  t.match(await collect(work, { now: now + day * 1.1 }), { slots: 1, mirrors: 0 })
  t.same(readdirSync(slots).filter(name => /^\d+$/.test(name)), [String(two.slot)], 'a slot in use stays')
  t.match(await collect(work, { now: now + day * 8 }), { slots: 0, mirrors: 0 }, 'nothing is pruned while a slot is in use')
  await two.release()
  t.match(await collect(work, { now: now + day * 8 }), { slots: 1, mirrors: 1, faults: [] })
  t.match(await collect(work, { now: now + day * 8 }), { slots: 0, mirrors: 0 }, 'once is enough')
  await (await at(sha)).release()
  t.match(await collect(work, { now: now + 60_000, registered: [] }), { projects: 0 })
  t.match(await collect(work, { now: now + day, registered: ['project'] }), { projects: 0 })
  t.match(await collect(work, { now: now + day, registered: [] }), { projects: 1, faults: [] })
  t.notOk(existsSync(mirror.directory))
})

t.test('half-made slots are collected', async t => {
  const { home, origin, at, slots } = setUp(t)
  const place = await at(origin.commit({ a: '1' }))
  await place.release()
  writeFileSync(join(slots, '1/state.json'), '{')
  utimesSync(join(slots, '1/state.json'), 0, 0)
  t.match(await collect(join(home, 'work'), { now: Date.now() }), { slots: 1 })
})

t.test('a directory with a crowd of files costs the slot, not a walk through them', async t => {
  const { origin, at, slots } = setUp(t)
  const sha = origin.commit({ 'src/a': '1' })
  const place = await at(sha)
  const { ino } = statSync(join(slots, '1'))
  for (let n = 0; n < 21_000; n++) writeFileSync(join(place.root, 'src', `${n}-${'x'.repeat(60)}`), '')
  await place.release()
  const next = await at(sha)
  t.same([next.slot, readdirSync(next.root), readdirSync(join(next.root, 'src'))], [1, ['.git', 'src'], ['a']])
  t.not(statSync(join(slots, '1')).ino, ino, 'it is another one')
  await next.release()
})

t.test('a crowd in a directory that is to be empty goes with the directory', async t => {
  const home = temporary(t)
  const [tmp, trash] = [join(home, 'tmp'), join(home, 'trash')]
  mkdirSync(tmp, { mode: 0o700 })
  for (let n = 0; n < 300; n++) writeFileSync(join(tmp, String(n)), '')
  emptied(tmp, trash)
  t.same([readdirSync(tmp), readdirSync(trash).length], [[], 1])
})

t.test('a trash with more names than a command line takes is emptied', async t => {
  const trash = join(temporary(t), ...Array.from({ length: 7 }, () => 'd'.repeat(200)))
  mkdirSync(trash, { recursive: true })
  for (let n = 0; n < 1700; n++) writeFileSync(join(trash, String(n)), '')
  await sweep(trash)
  t.same(readdirSync(trash), [])
})
