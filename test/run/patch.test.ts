import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { commitPatch, openBase } from '../../core/run/patch.ts'
import { pushBranch } from '../../core/run/remote.ts'
import { repository } from '../http/server.ts'
import { temporary } from '../support/temporary.ts'

function mirrorOf(t: Test, files: Record<string, string>): { mirror: string; sha: string; git(...args: string[]): string } {
  const directory = temporary(t)
  const mirror = join(directory, 'project', '.cache')
  execFileSync('git', ['clone', '-q', '--bare', repository(join(directory, 'source'), files), mirror], { stdio: 'pipe' })
  const git = (...args: string[]) => execFileSync('git', args, { cwd: mirror, encoding: 'utf8' }).trim()
  return { mirror, git, sha: git('rev-parse', 'HEAD') }
}

const diffOf = (path: string, line: string) => Buffer.from(`--- a/${path}\n+++ b/${path}\n@@ -1 +1 @@\n-one\n+${line}\n`)

t.test('patches are put to a commit in the index alone', async t => {
  const { mirror, sha, git } = mirrorOf(t, { 'a.txt': 'one\n', 'b/c.txt': 'two\n' })
  const objects = () => git('count-objects', '-v')
  const before = objects()
  const base = await openBase(mirror, sha)
  t.teardown(() => base.close())
  t.same((await base.files()).map(file => [file.path, file.mode, file.size]), [['a.txt', '100644', 4], ['b/c.txt', '100644', 4]])
  t.equal(String(await base.read('b/c.txt')), 'two\n')
  t.equal(await base.read('b'), undefined)
  t.match(String((await base.apply(diffOf('a.txt', 'three')))?.diff), /^-one\n\+three$/m)
  t.equal(await base.apply(Buffer.from('--- a/a.txt\n+++ b/a.txt\n@@ -1 +1 @@\n-other\n+x\n')), undefined)
  const written = await base.write(new Map([['a.txt', Buffer.from('four\n')], ['new/d.txt', Buffer.from([255, 10])], ['b/c.txt', null]]))
  t.same(written.files, [{ path: 'a.txt', oldMode: '100644', newMode: '100644' }, { path: 'b/c.txt', oldMode: '100644', newMode: '000000' }, { path: 'new/d.txt', oldMode: '000000', newMode: '100644' }])
  t.ok(written.diff.includes(Buffer.from([43, 255, 10])), 'bytes stay bytes')
  t.same((await base.apply(written.diff))?.diff, written.diff, 'what it writes, it reads')
  await t.rejects(base.write(new Map([['a.txt/x', Buffer.from('')]])), { code: 'invalid' })
  await t.rejects(base.write(new Map([['../x', Buffer.from('')]])), { code: 'invalid' })
  t.equal(objects(), before, 'the mirror has nothing of it')
  await t.rejects(openBase(mirror, '1'.repeat(40)), { code: 'not_found' })
})

t.test('a patch becomes a commit, the same one each time, and a branch that nobody had', async t => {
  const { mirror, sha, git } = mirrorOf(t, { 'a.txt': 'one\n' })
  const patch = { base: sha, diff: diffOf('a.txt', 'three'), name: 'x/1', message: 'a\n\nCT-Job: 1\n', at: 1_700_000_000_000 }
  const commit = await commitPatch(mirror, patch)
  t.equal(await commitPatch(mirror, patch), commit)
  t.equal(git('show', `${commit}:a.txt`), 'three')
  t.equal(git('log', '-1', '--format=%P %an %ct %B', commit), `${sha} crafting-table 1700000000 a\n\nCT-Job: 1`)
  t.equal(git('rev-parse', 'refs/patches/x/1'), commit)
  await t.rejects(commitPatch(mirror, { ...patch, diff: diffOf('a.txt', 'four') }), { code: 'conflict' })
  t.equal(git('rev-parse', 'main'), sha, 'no branch moved')

  const remote = { url: join(mirror, '../../source'), allowFile: true, directory: mirror }
  const { signal } = new AbortController()
  t.equal(await pushBranch(remote, commit, 'ct/patch/x', signal), true)
  t.equal(await pushBranch(remote, commit, 'ct/patch/x', signal), true)
  t.equal(await pushBranch(remote, sha, 'ct/patch/x', signal), false, "another's branch is left alone")
  t.equal(execFileSync('git', ['rev-parse', 'ct/patch/x'], { cwd: remote.url, encoding: 'utf8' }).trim(), commit)
  await t.rejects(pushBranch({ ...remote, url: join(mirror, 'nowhere') }, commit, 'ct/patch/x', signal), { code: 'unavailable' })
  t.notOk(existsSync(join(mirror, 'index')))
  t.notOk(readdirSync(join(mirror, '..')).includes('.cache.lock'))
})
