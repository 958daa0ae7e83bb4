import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { chmodSync, existsSync, linkSync, lstatSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { openMirror, resolve } from '../../core/run/mirror.ts'
import { swept } from '../../core/run/trash.ts'
import { acquire, slotsInUse, type Workspace } from '../../core/run/workspace.ts'
import { repository, temporary } from '../run/repository.ts'

function setUp(t: Parameters<typeof temporary>[0]) {
  const home = temporary(t)
  const origin = repository(join(home, 'origin'))
  const mirror = openMirror({ directory: join(home, 'work/project/.cache'), url: origin.directory, allowFile: true })
  const at = async (sha: string) => acquire(mirror, (await resolve(mirror, { sha }, { notBefore: Date.now() })).sha)
  return { home, origin, mirror, at }
}

t.setTimeout(240_000)

const files = { 'src/a.txt': 'a\n', 'src/deep/b.txt': 'b\n', c: 'c\n', '.gitignore': '*.o\n', '.gitattributes': '*.txt filter=evil diff=evil\n' }

/** Content, kinds and modes of a tree, without its git directory's insides. */
function shape(root: string, folder = ''): string[] {
  return readdirSync(join(root, folder)).sort().flatMap(name => {
    const path = join(folder, name)
    const stat = lstatSync(join(root, path))
    if (path === '.git') return ['.git']
    if (stat.isDirectory()) return [`${path}/ ${(stat.mode & 0o7777).toString(8)}`, ...shape(root, path)]
    return [`${path} ${stat.mode.toString(8)} ${stat.isFile() ? readFileSync(join(root, path), 'utf8') : 'no file'}`]
  })
}

/** What a job may do to its checkout. `pwned` is the file that must never come to be. */
const deeds: Record<string, (place: Workspace, pwned: string) => void> = {
  'changes a file, restores size and time': ({ root }) => {
    const { atimeMs, mtimeMs } = lstatSync(join(root, 'c'))
    writeFileSync(join(root, 'c'), 'x\n')
    utimesSync(join(root, 'c'), atimeMs / 1000, mtimeMs / 1000)
  },
  'swaps files that look the same': ({ root }) => {
    renameSync(join(root, 'src/a.txt'), join(root, 't'))
    renameSync(join(root, 'src/deep/b.txt'), join(root, 'src/a.txt'))
    renameSync(join(root, 't'), join(root, 'src/deep/b.txt'))
  },
  'removes everything': ({ root }) => { for (const name of readdirSync(root)) rmSync(join(root, name), { recursive: true }) },
  'removes the tree itself': ({ root }) => rmSync(root, { recursive: true }),
  'makes the tree a link': ({ root, home }) => { rmSync(root, { recursive: true }); symlinkSync(home, root) },
  'replaces a directory by a link out of the tree': ({ root, home }) => {
    renameSync(join(root, 'src'), join(home, 'src'))
    symlinkSync(join(home, 'src'), join(root, 'src'))
  },
  'replaces a file by a directory, a directory by a file': ({ root }) => {
    rmSync(join(root, 'c'))
    mkdirSync(join(root, 'c/d'), { recursive: true })
    rmSync(join(root, 'src'), { recursive: true })
    writeFileSync(join(root, 'src'), '')
  },
  'leaves ignored, untracked and hidden files': ({ root }) => { for (const name of ['x.o', 'y', '.hidden', 'src/.z', 'new/dir/file', '\n', '-rf', ' ']) { mkdirSync(join(root, name, '..'), { recursive: true }); writeFileSync(join(root, name), '') } },
  'plants repositories': ({ root }) => { for (const path of ['src', 'src/deep', 'new']) repository(join(root, path)).commit({ n: '' }) },
  'plants a .git file in a tracked directory': ({ root, home }) => writeFileSync(join(root, 'src/.git'), `gitdir: ${home}\n`),
  'plants hooks, monitors, filters, drivers': ({ root }, pwned) => {
    const evil = `!touch ${pwned}`
    const inside = repository(root).git
    for (const [key, value] of [['core.fsmonitor', `touch ${pwned};`], ['core.hooksPath', join(root, '.git/hooks')], ['filter.evil.smudge', `touch ${pwned}; cat`], ['filter.evil.clean', `touch ${pwned}; cat`], ['filter.evil.process', `touch ${pwned}`], ['diff.evil.textconv', `touch ${pwned};`], ['core.sshCommand', `touch ${pwned};`], ['core.pager', `touch ${pwned};`], ['alias.read-tree', evil], ['credential.helper', evil], ['core.worktree', '/'], ['extensions.worktreeConfig', 'true'], ['core.attributesFile', join(root, 'c')], ['uploadpack.packObjectsHook', `touch ${pwned};`]]) inside('config', key!, value!)
    mkdirSync(join(root, '.git/hooks'), { recursive: true })
    for (const hook of ['post-checkout', 'post-index-change', 'reference-transaction', 'pre-auto-gc', 'fsmonitor-watchman']) writeFileSync(join(root, '.git/hooks', hook), `#!/bin/sh\ntouch ${pwned}\n`, { mode: 0o755 })
    writeFileSync(join(root, '.git/info/attributes'), '* filter=evil\n')
  },
  'hides changes from git': ({ root }) => {
    const inside = repository(root).git
    writeFileSync(join(root, 'c'), 'hidden\n')
    writeFileSync(join(root, 'src/a.txt'), 'hidden\n')
    inside('update-index', '--assume-unchanged', 'c')
    inside('update-index', '--skip-worktree', 'src/a.txt')
    writeFileSync(join(root, '.git/info/exclude'), '*\n')
    writeFileSync(join(root, 'excluded'), '')
  },
  'commits, moves HEAD, replaces objects, grafts, sparse checkout': ({ root }) => {
    const { git, commit } = repository(root)
    const old = git('rev-parse', 'HEAD')
    const mine = commit({ c: 'mine' })
    git('replace', old, mine)
    git('checkout', '-q', '-b', 'mine')
    writeFileSync(join(root, '.git/info/grafts'), `${mine}\n`)
    git('sparse-checkout', 'set', 'src/deep')
  },
  'spoils the git directory': ({ root }) => {
    for (const name of ['HEAD', 'index', 'config', 'objects/info/alternates', 'index.lock', 'commondir', 'packed-refs', 'shallow']) writeFileSync(join(root, '.git', name), 'nonsense')
  },
  'removes the git directory': ({ root }) => rmSync(join(root, '.git'), { recursive: true }),
  'makes the git directory a file': ({ root }) => { rmSync(join(root, '.git'), { recursive: true }); writeFileSync(join(root, '.git'), 'gitdir: /') },
  'takes all permissions away': ({ root }) => {
    mkdirSync(join(root, 'locked/in/it'), { recursive: true })
    for (const path of ['locked/in/it', 'locked/in', 'locked', 'src/deep', 'src', 'c', '.git', '']) chmodSync(join(root, path), 0)
  },
  'leaves sockets, pipes and odd modes': ({ root }) => {
    execFileSync('mkfifo', [join(root, 'src/pipe')])
    chmodSync(join(root, 'src'), 0o2777)
    chmodSync(join(root, 'c'), 0o4755)
  },
  'keeps a hard link to a file': ({ root, home }) => { linkSync(join(root, 'c'), join(home, 'c')); writeFileSync(join(home, 'c'), 'z\n') },
  'leaves three thousand directories in each other': ({ root }) => {
    execFileSync('python3', ['-c', 'import os\nfor n in range(2500): os.mkdir("d"); os.chdir("d")'], { cwd: join(root, 'src') })
  },
  'leaves things at home': ({ home, tmp, reports }) => {
    for (const place of [home, tmp, reports]) { mkdirSync(join(place, 'd/e'), { recursive: true }); writeFileSync(join(place, '.f'), '') }
    for (const place of [home, tmp]) chmodSync(join(place, 'd'), 0)
    rmSync(reports, { recursive: true })
    symlinkSync('/etc', reports)
  },
}
if (!hasPython()) delete deeds['leaves three thousand directories in each other']

for (const [name, deed] of Object.entries(deeds)) {
  t.test(`a job that ${name}`, async t => {
    const { home, origin, mirror, at } = setUp(t)
    const sha = origin.commit(files)
    const other = origin.commit({ c: 'other\n', 'src/new': '' })
    const pwned = join(home, 'pwned')
    let clean: string[] = []
    for (const [before, after] of [[sha, sha], [sha, other], [other, sha]] as const) {
      const place = await at(before)
      if (before === sha) clean = shape(place.root)
      deed(place, pwned)
      await place.release()
      const next = await at(after)
      if (after === sha) t.same(shape(next.root), clean)
      else t.same([readFileSync(join(next.root, 'c'), 'utf8'), readdirSync(join(next.root, 'src'))], ['other\n', ['a.txt', 'deep', 'new']])
      const inside = repository(next.root).git
      t.equal(inside('-c', 'core.fsmonitor=false', 'status', '--porcelain', '--ignored'), '')
      t.equal(inside('rev-parse', 'HEAD'), after)
      for (const place of [next.home, next.tmp, next.reports]) t.same([lstatSync(place).isDirectory(), readdirSync(place)], [true, []])
      await next.release()
    }
    t.notOk(existsSync(pwned), 'nothing of the job was run')
    t.equal(execFileSync('git', ['--git-dir', mirror.directory, 'fsck', '--connectivity-only'], { encoding: 'utf8' }), '')
    await swept()
    t.same(readdirSync(join(home, 'work/project')).filter(one => one === '.trash').flatMap(one => readdirSync(join(home, 'work/project', one))), [], 'nothing is left in the trash')
  })
}

t.test('objects that are gone are fetched again', async t => {
  const { origin, mirror, at } = setUp(t)
  const sha = origin.commit(files)
  await (await at(sha)).release()
  const packs = join(mirror.directory, 'objects/pack')
  for (const name of readdirSync(packs)) { chmodSync(join(packs, name), 0o600); writeFileSync(join(packs, name), 'nonsense') }
  const next = origin.commit({ c: 'next' })
  const place = await at(next)
  t.equal(readFileSync(join(place.root, 'c'), 'utf8'), 'next')
  t.equal(repository(place.root).git('fsck', '--connectivity-only'), '')
  await place.release()
  for (const name of readdirSync(packs)) rmSync(join(packs, name))
  const again = await at(sha)
  rmSync(join(again.root, 'c'))
  await again.release()
  const healed = await at(sha)
  t.equal(readFileSync(join(healed.root, 'c'), 'utf8'), 'c\n')
  await healed.release()
})

/** A farm of its own: takes slots over and over, spoils them, and says so line by line. */
const worker = `
import { openMirror, resolve } from ${JSON.stringify(new URL('../../core/run/mirror.ts', import.meta.url).href)}
import { acquire } from ${JSON.stringify(new URL('../../core/run/workspace.ts', import.meta.url).href)}
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
const [directory, url, rounds, ...shas] = process.argv.slice(2)
const mirror = openMirror({ directory, url, allowFile: true })
console.log('begin')
for (let round = 0; round < Number(rounds); round++) {
  const sha = shas[round % shas.length]
  await resolve(mirror, { sha }, { notBefore: Date.now() })
  const place = await acquire(mirror, sha)
  writeFileSync(place.root + '/mine', String(process.pid), { flag: 'wx' })
  if (readFileSync(place.root + '/c', 'utf8') !== sha && readFileSync(place.root + '/c', 'utf8').length > 9) throw new Error('wrong commit')
  for (const name of readdirSync(place.root).slice(0, 40)) if (name.startsWith('f')) rmSync(place.root + '/' + name)
  if (readFileSync(place.root + '/mine', 'utf8') !== String(process.pid)) throw new Error('shared')
  await place.release()
  console.log(place.slot)
}
`

function farm(home: string, origin: string, rounds: number, shas: readonly string[]): ChildProcess {
  const script = join(home, 'worker.mts')
  writeFileSync(script, worker)
  return spawn(process.execPath, ['--import', import.meta.resolve('tsx'), script, join(home, 'work/project/.cache'), origin, String(rounds), ...shas], { stdio: ['ignore', 'pipe', 'pipe'] })
}

const ended = (child: ChildProcess) => new Promise<number | null>(done => child.once('close', done))

t.test('farms killed at any moment leave nothing that the next one minds', async t => {
  const { home, origin, mirror } = setUp(t)
  const many = (tag: string) => Object.fromEntries(Array.from({ length: 400 }, (_, number) => [`f${number}`, `${tag} ${number}\n`.repeat(100)]))
  const shas = [origin.commit({ ...many('a'), c: 'one' }), origin.commit({ ...many('b'), c: 'two' })]
  for (const delay of [0, 10, 25, 40, 60, 100]) {
    if (delay < 40) rmSync(join(home, 'work'), { recursive: true, force: true })
    const child = farm(home, origin.directory, 50, shas)
    const over = ended(child)
    await new Promise(done => child.stdout!.once('data', done))
    await new Promise(done => setTimeout(done, delay))
    child.kill('SIGKILL')
    await over
    // Another URL, another process in the eyes of the module: it knows nothing of what is there.
    const next = openMirror({ ...mirror, url: `file://${origin.directory}${'/'.repeat(delay + 1)}` })
    t.same(slotsInUse(next), [], 'the slots of the dead are free')
    for (const [number, sha] of shas.entries()) {
      await resolve(next, { sha }, { notBefore: Date.now() })
      const place = await acquire(next, sha)
      t.equal(readFileSync(join(place.root, 'c'), 'utf8'), ['one', 'two'][number], `killed after ${delay} ms`)
      t.equal(repository(place.root).git('status', '--porcelain', '--ignored'), '')
      await place.release()
    }
    t.equal(execFileSync('git', ['--git-dir', mirror.directory, 'fsck', '--connectivity-only'], { encoding: 'utf8' }), '')
    t.ok(readdirSync(join(home, 'work/project')).every(name => !name.startsWith('.cache-new')), 'no half-made mirror')
  }
})

t.test('two farms on one directory never share a slot', async t => {
  const { home, origin } = setUp(t)
  const shas = [origin.commit({ c: 'one', f1: '' }), origin.commit({ c: 'two', f2: '' })]
  const children = [0, 1, 2].map(() => farm(home, origin.directory, 15, shas))
  const said = children.map(child => { let text = ''; child.stderr!.on('data', chunk => { text += chunk }); child.stdout!.resume(); return () => text })
  const codes = await Promise.all(children.map(ended))
  t.same(codes, [0, 0, 0], said.map(text => text()).join(''))
  t.ok(readdirSync(join(home, 'work/project/slots')).filter(name => /^\d+$/.test(name)).length <= 3)
  t.same(readdirSync(join(home, 'work/project/slots')).filter(name => !/^\d+$/.test(name)), [], 'no locks are left')
})

function hasPython(): boolean {
  try { return execFileSync('python3', ['--version']).length > 0 } catch { return false }
}
