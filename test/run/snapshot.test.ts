import { execFileSync } from 'node:child_process'
import { chmodSync, lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync, realpathSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import t from 'tap'
import { openMirror, resolve } from '../../core/run/mirror.ts'
import { snapshotDirectory } from '../../core/run/snapshot.ts'
import { acquire } from '../../core/run/workspace.ts'
import { repository, temporary } from './repository.ts'

function setUp(t: Parameters<typeof temporary>[0]) {
  const home = temporary(t)
  const directory = join(home, 'tree')
  const mirror = join(home, 'work/project/.cache')
  mkdirSync(directory)
  return { home, directory, mirror, snapshot: (path = directory) => snapshotDirectory(path, mirror) }
}

/** What a job would see of it: path → content, link target or `*` for an executable. */
async function seen(mirror: string, sha: string): Promise<Record<string, string>> {
  const opened = openMirror({ directory: mirror, url: dirname(mirror), allowFile: true })
  await resolve(opened, { sha }, { notBefore: 0 })
  const place = await acquire(opened, sha)
  const files: Record<string, string> = {}
  const walk = (folder: string) => {
    for (const name of readdirSync(join(place.root, folder)).filter(one => one !== '.git' || folder !== '')) {
      const path = join(folder, name)
      const stat = lstatSync(join(place.root, path))
      if (stat.isDirectory()) walk(path)
      else files[path] = stat.isSymbolicLink() ? `-> ${readlinkSync(join(place.root, path))}` : (stat.mode & 0o100 ? '*' : '') + readFileSync(join(place.root, path), 'utf8')
    }
  }
  walk('')
  t.equal(repository(place.root).git('status', '--porcelain', '--ignored'), '')
  await place.release()
  return files
}

/** Every file below with what a write would change. */
function state(directory: string): string {
  return execFileSync('find', [directory, '-printf', '%P %y %m %s %T@ %C@ %i\n'], { encoding: 'utf8' }).split('\n').sort().join('\n')
}

t.test('a clean checkout is its own commit', async t => {
  const { directory, snapshot, mirror } = setUp(t)
  const origin = repository(directory)
  origin.commit({ a: '1' })
  origin.git('tag', 'v1')
  const sha = origin.commit({ b: '2' })
  t.same(await snapshot(), { sha, head: sha, branch: 'main', dirty: false, skipped: [] })
  t.same(await seen(mirror, sha), { a: '1', b: '2' })
})

t.test('the working tree as it is, the repository untouched', async t => {
  const { directory, snapshot, mirror } = setUp(t)
  const origin = repository(directory)
  const head = origin.commit({ '.gitignore': 'ignored\n*.o\nbuild/\n', a: '1', gone: '', 'tracked.o': 'o', 'd/e': '1', '.gitattributes': '*.txt text eol=lf\n*.bin filter=lfs\n', 'l.txt': 'x\n' })
  origin.git('config', 'core.fsmonitor', join(directory, 'monitor.sh'))
  origin.git('config', 'filter.lfs.clean', 'touch filtered')
  origin.write({ 'monitor.sh': '#!/bin/sh\ntouch "$(dirname "$0")/pwned"\n', a: 'changed', staged: 's', untracked: 'u', ignored: 'i', 'x.o': 'x', 'build/y': 'y', 'l.txt': 'x\r\n', 'b.bin': 'b', 'é ü': 'n' })
  origin.git('-c', 'core.fsmonitor=false', 'add', 'staged')
  chmodSync(join(directory, 'monitor.sh'), 0o755)
  symlinkSync('/etc/passwd', join(directory, 'link'))
  rmSync(join(directory, 'gone'))
  utimesSync(join(directory, 'd/e'), 1, 1)
  const before = state(directory)
  const taken = await snapshot()
  t.equal(state(directory), before)
  t.match(taken, { head, branch: 'main', dirty: true, skipped: [] })
  const files = await seen(mirror, taken.sha)
  delete files['.gitignore']
  delete files['.gitattributes']
  t.same(files, { a: 'changed', staged: 's', untracked: 'u', 'tracked.o': 'o', 'd/e': '1', 'l.txt': 'x\r\n', 'b.bin': 'b', 'é ü': 'n', link: '-> /etc/passwd', 'monitor.sh': `*${readFileSync(join(directory, 'monitor.sh'), 'utf8')}` })
  t.equal((await snapshot()).sha, taken.sha, 'the same files, the same sha')
  origin.write({ '.gitignore': 'untracked\n' })
  t.notMatch(Object.keys(await seen(mirror, (await snapshot()).sha)), ['untracked'])
})

t.test('a directory without git', async t => {
  const { directory, snapshot, mirror } = setUp(t)
  const plain = repository(join(directory, 'nested'))
  plain.commit({ n: '1' })
  plain.write({ '.gitignore': 'no\n', no: '', yes: '' })
  for (const path of ['a', '.gitignore', 'skip.log', 'node_modules/x/y', 'd/.venv/z', 'd/f']) {
    mkdirSync(dirname(join(directory, path)), { recursive: true })
    writeFileSync(join(directory, path), path === '.gitignore' ? '*.log\n' : '')
  }
  const before = state(directory)
  const taken = await snapshot()
  t.equal(state(directory), before)
  t.match(taken, { dirty: true, head: undefined })
  t.same(Object.keys(await seen(mirror, taken.sha)).sort(), ['.gitignore', 'a', 'd/f', 'nested/.gitignore', 'nested/n', 'nested/yes'])
})

t.test('a subdirectory, an ignored one, a worktree, a shallow clone, a bare repository, a submodule', async t => {
  const { home, directory, snapshot, mirror } = setUp(t)
  const origin = repository(directory)
  origin.commit({ 'sub/a': '1', other: '2', '.gitignore': 'out/\n' })
  const head = origin.commit({ 'sub/b': '1' })
  origin.write({ 'out/built': 'x' })
  const sub = await snapshot(join(directory, 'sub'))
  t.match(sub, { head, dirty: true })
  t.same(await seen(mirror, sub.sha), { a: '1', b: '1' })
  t.same(await seen(mirror, (await snapshot(join(directory, 'out'))).sha), { built: 'x' })
  origin.git('worktree', 'add', '-q', '-b', 'side', join(home, 'side'))
  t.match(await snapshot(join(home, 'side')), { sha: head, branch: 'side', dirty: false })
  origin.git('clone', '-q', '--depth=1', `file://${directory}`, join(home, 'shallow'))
  const shallow = await snapshotDirectory(join(home, 'shallow'), join(home, 'work/shallow/.cache'))
  t.match(shallow, { sha: head, dirty: false })
  t.same(Object.keys(await seen(join(home, 'work/shallow/.cache'), shallow.sha)), ['.gitignore', 'other', 'sub/a', 'sub/b'])
  origin.git('clone', '-q', '--bare', directory, join(home, 'bare'))
  t.match(await snapshot(join(home, 'bare')), { sha: head, dirty: false })
  const outer = repository(join(home, 'outer'))
  outer.commit({ o: '' })
  outer.git('submodule', '--quiet', 'add', directory, 'lib')
  writeFileSync(join(home, 'outer/lib/new'), '')
  const before = state(join(home, 'outer'))
  t.same(Object.keys(await seen(mirror, (await snapshot(join(home, 'outer'))).sha)).sort(), ['.gitmodules', 'lib/.gitignore', 'lib/new', 'lib/other', 'lib/sub/a', 'lib/sub/b', 'o'])
  t.equal(state(join(home, 'outer')), before)
})

t.test('what cannot be taken is named', async t => {
  const { directory, snapshot } = setUp(t)
  const origin = repository(directory)
  origin.commit({ a: '1', pipe: '' })
  rmSync(join(directory, 'pipe'))
  execFileSync('mkfifo', [join(directory, 'pipe')])
  t.same((await snapshot()).skipped, ['pipe'])
})

t.test('no directory, no files, no commit', async t => {
  const { directory, snapshot } = setUp(t)
  await t.rejects(snapshot(join(directory, 'missing')), { name: 'FarmError', code: 'invalid', field: 'path' })
  await t.rejects(snapshot(), { code: 'invalid', field: 'path' })
  const origin = repository(directory)
  await t.rejects(snapshot(), { code: 'invalid' })
  origin.write({ a: '1' })
  t.match(await snapshot(), { dirty: true, branch: 'main', head: undefined })
})

t.test('a second snapshot reads only what changed', async t => {
  const { directory, snapshot, mirror } = setUp(t)
  const origin = repository(directory)
  origin.commit(Object.fromEntries(Array.from({ length: 50 }, (_, number) => [`f${number}`, String(number)])))
  const first = await snapshot()
  const index = readdirSync(mirror).find(name => name.startsWith('index-'))!
  const before = statSync(join(mirror, index)).ino
  t.equal((await snapshot()).sha, first.sha)
  t.equal(statSync(join(mirror, index)).ino, before, 'the index was not written again')
  t.equal(realpathSync(directory), directory)
})

t.test('an unpacked source archive: what was committed in spite of .gitignore counts, what was made since does not', async t => {
  const { directory, snapshot, mirror } = setUp(t)
  const files = { '.gitignore': 'config.h*\n*.o\n', 'config.h.in': 'in', 'main.c': 'main', 'node_modules/x.o': 'x' }
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, path)), { recursive: true })
    writeFileSync(join(directory, path), text)
    utimesSync(join(directory, path), 1_600_000_000, 1_600_000_000)
  }
  writeFileSync(join(directory, 'main.o'), 'built')
  t.same(Object.keys(await seen(mirror, (await snapshot()).sha)).toSorted(), ['.gitignore', 'config.h.in', 'main.c'])
})
