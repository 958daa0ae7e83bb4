import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { commitPatch, dropPatches, openBase, patchNames } from '../../core/run/patch.ts'
import type { Loose } from '../../test/http/document.ts'
import { repository, serve } from '../../test/http/server.ts'
import { namesToDrop } from './drafts.ts'
import { temporary } from '../../test/support/temporary.ts'

t.setTimeout(280_000)

const lint = `grep -nH BAD *.txt | sed -E 's/^([^:]+:[0-9]+):.*/\\1:1: error: a bad word/'`
const lines = (changes: Record<number, string> = {}) => Array.from({ length: 30 }, (_, at) => `${changes[at + 1] ?? `line ${at + 1}`}\n`).join('')

/** A farm with one draft, for the bad word of line 5. */
async function draftIn(t: Test, env: Record<string, string> = {}) {
  const farm = await serve(t, { CRAFTING_PATCH_LOOP_COMMAND: JSON.stringify(['sh', '-c', 'sed -i s/BAD/GOOD/ words.txt']), ...env })
  const source = join(farm.directory, 'source')
  const git_url = repository(source, { 'words.txt': lines({ 5: 'BAD' }) })
  const git = (...args: string[]) => execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@localhost', ...args], { cwd: source, encoding: 'utf8', stdio: 'pipe' }).trim()
  const me = farm.mint('me')
  await farm.call('POST', '/projects', { token: me, body: { name: 'p', git_url, subprojects: [{ path: '', language: 'c', lint, build: null, test: null, audit: null }], patch: { drafters: ['command'], max_attempts: 1, push: true } } })
  let job = ''
  const run = async () => {
    const { json } = await farm.call('POST', '/projects/p/runs', { token: me, body: {} })
    await farm.farm.ended(json.run_id)
    job = (await farm.call('GET', `/runs/${json.run_id}`, { token: me })).json.jobs[0].id
  }
  const read = async (id: string): Promise<Loose> => (await farm.call('GET', `/patches/${id}`, { token: me })).json
  const until = async (id: string, is: (patch: Loose) => boolean) => {
    for (;;) {
      const patch = await read(id)
      if (is(patch)) return patch
      await new Promise(resolve => { setTimeout(resolve, 20) })
    }
  }
  const ask = async (): Promise<Loose> => {
    const ids = await asked()
    await farm.farm.patches!.settled({ name: 'me', isAdmin: false }, ids, { seconds: 100, signal: new AbortController().signal })
    return read(ids[0] ?? '')
  }
  const asked = async (): Promise<string[]> => {
    return (await farm.call('POST', '/projects/p/patches', { token: me, body: { job_id: job } })).json.patches.map((patch: Loose) => patch.id)
  }
  const commit = async (text: string, message = 'another') => {
    writeFileSync(join(source, 'words.txt'), text)
    git('commit', '-qam', message)
    await run()
  }
  await run()
  const draft = await ask()
  t.match(draft, { state: 'drafted', pushed: true }, JSON.stringify(draft))
  return { farm, me, git, draft, commit, until, ask }
}

t.test('repaired by somebody else: superseded', async t => {
  const { draft, commit, until } = await draftIn(t)
  await commit(lines({ 5: 'FINE' }))
  t.match(await until(draft.id, ({ state }) => state !== 'drafted'), { state: 'superseded', reason: 'its findings are gone from the branch' })
})

t.test('merged with more in it: the commit names the patch', async t => {
  const { draft, commit, git, until } = await draftIn(t)
  t.match(git('log', '-1', '--format=%B', draft.branch), new RegExp(`^CT-Patch: ${draft.id}$`, 'm'))
  await commit(lines({ 5: 'BETTER' }), `squashed\n\nCT-Patch: ${draft.id}`)
  t.match(await until(draft.id, ({ state }) => state !== 'drafted'), { state: 'merged', reason: null })
})

t.test('the code around it has changed: superseded, and drafted anew as another branch; what was pushed stays', async t => {
  const { draft, commit, git, until } = await draftIn(t)
  const pushed = git('rev-parse', draft.branch)
  await commit(lines({ 4: 'changed', 5: 'BAD', 6: 'changed' }))
  const anew = await until(draft.id, ({ state, base_sha }) => state === 'drafted' && base_sha !== draft.base_sha)
  t.match(anew, { branch: `${draft.branch}-2`, pushed: true, attempts: [{ n: 1 }] })
  t.match(anew.diff, /^ changed\n-BAD\n\+GOOD\n changed$/m)
  t.equal(git('rev-parse', draft.branch), pushed)
})

t.test('what is begun anew counts among what is begun within a day', async t => {
  const { draft, commit, until } = await draftIn(t, { CRAFTING_PATCH_LOOP_PER_DAY: '1' })
  await commit(lines({ 4: 'changed', 5: 'BAD', 6: 'changed' }))
  t.match(await until(draft.id, ({ state }) => state === 'budget'), { state: 'budget', reason: /^1 were begun within a day/ })
})

t.test('a problem that several recipes tell of is repaired once', async t => {
  const farm = await serve(t, { CRAFTING_PATCH_LOOP_COMMAND: JSON.stringify(['sh', '-c', 'sed -i s/BAD/GOOD/ words.txt']) })
  const git_url = repository(join(farm.directory, 'source'), { 'words.txt': lines({ 5: 'BAD' }) })
  const me = farm.mint('me')
  await farm.call('POST', '/projects', { token: me, body: { name: 'p', git_url, subprojects: [{ path: '', language: 'c', lint, recipes: { again: lint }, build: null, test: null, audit: null }], patch: { drafters: ['command'], max_attempts: 1 } } })
  const { json } = await farm.call('POST', '/projects/p/runs', { token: me, body: {} })
  await farm.farm.ended(json.run_id)
  const { jobs } = (await farm.call('GET', `/runs/${json.run_id}`, { token: me })).json
  t.equal(jobs.length, 2)
  t.match((await farm.call('GET', '/projects/p/status', { token: me })).json, { findings: { new: 2 }, top: [{ file: 'words.txt' }] })
  t.equal((await farm.call('GET', '/projects/p/status', { token: me })).json.top.length, 1, 'told of once')
  const ask = async (body: object) => (await farm.call('POST', '/projects/p/patches', { token: me, body })).json.patches as Loose[]
  t.equal((await ask({ dry_run: true })).length, 1)
  const [patch, ...others] = await ask({})
  t.same(others, [])
  for (const job of jobs) t.match(await ask({ job_id: job.id }), [{ id: patch?.id }], job.recipe)
  await farm.farm.patches!.settled({ name: 'me', isAdmin: false }, [patch?.id], { seconds: 100, signal: new AbortController().signal })
  t.match(await ask({ job_id: jobs[1].id }), [{ id: patch?.id, state: 'drafted' }])
  t.match((await farm.call('POST', `/patches/${patch?.id}/reject`, { token: me, body: {} })).status, 200)
  for (const job of jobs) t.match(await ask({ job_id: job.id }), [{ id: patch?.id, state: 'rejected' }], 'nobody wants it from another recipe, either')
})

t.test('ids that are not of the job, and jobs that try a patch, are refused', async t => {
  const { farm, me, draft } = await draftIn(t)
  const ask = (body: object) => farm.call('POST', '/projects/p/patches', { token: me, body })
  t.match(await ask({ job_id: draft.base_job, finding_ids: [...draft.findings, 999] }), { status: 404, json: { detail: /no open finding 999/, errors: [{ field: 'finding_ids' }] } })
  t.match(await ask({ job_id: draft.evidence.after[0].job }), { status: 400, json: { errors: [{ field: 'job_id' }] } })
})

t.test('what does not concern it leaves it alone; a newer draft for the same finding takes its place', async t => {
  const { draft, commit, ask, until } = await draftIn(t)
  await commit(lines({ 5: 'BAD', 28: 'BAD' }))
  t.match(await until(draft.id, () => true), { state: 'drafted' })
  const newer = await ask()
  t.not(newer.id, draft.id)
  t.match(newer, { state: 'drafted', evidence: { repaired: 2 } })
  t.match(await until(draft.id, ({ state }) => state !== 'drafted'), { state: 'superseded', reason: `drafted anew as ${newer.id}` })
})

t.test('commits of patches that have ended are let go', async t => {
  const directory = join(temporary(t), 'source')
  repository(directory, { 'a.txt': 'a\n' })
  const mirror = join(directory, '.git')
  const base = execFileSync('git', ['rev-parse', 'HEAD'], { cwd: directory, encoding: 'utf8' }).trim()
  const one = await openBase(mirror, base)
  const { diff } = await one.write(new Map([['a.txt', Buffer.from('b\n')]]))
  await one.close()
  const day = 86_400_000
  const names = ['live/1.1', 'live/2.1', 'old/1.1', 'young/1.1', 'gone/1.1', 'ct/patch/x-live', 'ct/patch/x-old', 'ct/patch/x-young', 'ct/patch/x-gone']
  for (const name of names) await commitPatch(mirror, { base, diff, name, message: 'm\n', at: 0 })
  t.same((await patchNames(mirror)).toSorted(), names.toSorted())
  const drop = namesToDrop(await patchNames(mirror), [
    { id: 'live', state: 'drafted', branch: 'ct/patch/x-live', settledAt: null }, { id: 'old', state: 'superseded', branch: 'ct/patch/x-old', settledAt: 100 * day }, { id: 'young', state: 'merged', branch: 'ct/patch/x-young', settledAt: 105 * day },
  ], 108 * day)
  await dropPatches(mirror, drop)
  t.same((await patchNames(mirror)).toSorted(), ['ct/patch/x-live', 'ct/patch/x-young', 'live/1.1', 'live/2.1', 'young/1.1'])
  t.same(await patchNames(join(directory, 'nowhere')), [])
})
