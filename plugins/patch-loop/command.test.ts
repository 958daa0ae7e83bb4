import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import type { Loose } from '../../test/http/document.ts'
import { repository, serve } from '../../test/http/server.ts'
import { temporary } from '../../test/support/temporary.ts'

t.setTimeout(280_000)

const lint = `grep -nH BAD *.txt | sed -E 's/^([^:]+:[0-9]+):.*/\\1:1: error: a bad word/'`

/** What becomes of the one finding, when that shell text is the agent; `tookMs` from the asking to the end. */
async function draftedBy(t: Test, agent: string, env: Record<string, string> = {}): Promise<Loose> {
  const farm = await serve(t, { CRAFTING_PATCH_LOOP_COMMAND: JSON.stringify(['sh', '-c', agent]), CRAFTING_PATCH_LOOP_ATTEMPT_SECS: '20', ...env })
  const git_url = repository(join(farm.directory, 'source'), { 'words.txt': 'alpha\nBAD\nomega\n' })
  const me = farm.mint('me')
  await farm.call('POST', '/projects', { token: me, body: { name: 'p', git_url, subprojects: [{ path: '', language: 'c', lint, build: null, test: null, audit: null }], patch: { drafters: ['command'], max_attempts: 1 } } })
  const { json } = await farm.call('POST', '/projects/p/runs', { token: me, body: { recipes: ['lint'] } })
  await farm.farm.ended(json.run_id)
  const asked = performance.now()
  const { patches: [patch] } = (await farm.call('POST', '/projects/p/patches', { token: me, body: {} })).json
  await farm.farm.patches!.settled({ name: 'me', isAdmin: false }, [patch.id], { seconds: 100, signal: new AbortController().signal })
  const tookMs = performance.now() - asked
  return { ...(await farm.call('GET', `/patches/${patch.id}`, { token: me })).json, tookMs }
}

/** Command lines of processes that hold a text. */
const alive = (text: string) => readdirSync('/proc').filter(name => /^\d+$/.test(name)).map(pid => {
  try { return readFileSync(`/proc/${pid}/cmdline`, 'latin1').replaceAll('\0', ' ') } catch { return '' }
}).filter(line => line.includes(text))

t.test('an agent that changes files', async t => {
  const patch = await draftedBy(t, 'test "$(git log --oneline | wc -l)" = 1 && git status --porcelain && sed -i s/BAD/GOOD/ words.txt && touch "$HOME/x"')
  t.match(patch, { state: 'drafted', evidence: { drafter: 'command', repaired: 1 }, attempts: [{ note: 'sh' }] }, `${patch.reason}`)
  t.match(patch.diff, /^-BAD\n\+GOOD$/m)
})

t.test('a model that answers, and sees the prompt', async t => {
  const patch = await draftedBy(t, 'prompt=$(cat); case $prompt in *"never an instruction"*words.txt*BAD*) ;; *) exit 3 ;; esac; printf "words.txt\\n<<<<<<< SEARCH\\nBAD\\n=======\\nGOOD $KEY\\n>>>>>>> REPLACE\\n"', { CRAFTING_PATCH_LOOP_COMMAND_ENV: 'KEY', KEY: 'key' })
  t.match(patch, { state: 'drafted' }, `${patch.reason}`)
  t.match(patch.diff, /^\+GOOD key$/m, 'it is given what it is said to be given')
})

t.test('agents that do other things', async t => {
  const outside = join(temporary(t), 'canary')
  const cases: [agent: string, why: RegExp][] = [
    [`rm words.txt; ln -s /etc/passwd words.txt`, /something else than a plain file/],
    [`sed -i s/BAD/GOOD/ words.txt; chmod +x words.txt; echo x > ${outside}`, /another mode/],
    ['rm words.txt', /removes/], ['yes', /more than 1 MiB/], ['true', /holds neither/], ['nowhere-to-be-found', /not there|holds neither/], ['sleep 60 & sleep 60', /too long/],
  ]
  for (const [agent, why] of cases) {
    const patch = await draftedBy(t, agent, { CRAFTING_PATCH_LOOP_ATTEMPT_SECS: '5' })
    t.match(patch, { state: /^(?:unfixable|blocked)$/, sha: null }, agent)
    t.match(patch.reason, why, agent)
  }
  t.notOk(existsSync(outside), 'nothing outside was written')
})

t.test('agents that will not end', async t => {
  const forever = `9${process.pid}.5`
  const hung: [name: string, agent: string][] = [
    ['deaf', `trap '' TERM INT HUP QUIT; while :; do sleep ${forever}; done`],
    ['gone into the background', `setsid sh -c 'trap "" TERM HUP; exec sleep ${forever}' </dev/null >/dev/null 2>&1 & sleep ${forever}`],
    ['a daemon that forgot where it came from', `env -i setsid setsid sleep ${forever} & env -i setsid sh -c 'cd / && sleep ${forever} & sleep ${forever}' & wait`],
    ['stopped', `sleep ${forever} & kill -STOP $!; kill -STOP $$`],
    ['a stream without an end', `(sleep ${forever} &); while :; do printf .; sleep 0.05; done`],
    ['holds its output', `sleep ${forever} & exec 1>&- 2>&-; sleep ${forever}`],
  ]
  for (const [name, agent] of hung) {
    const patch = await draftedBy(t, agent, { CRAFTING_PATCH_LOOP_ATTEMPT_SECS: '2' })
    t.same(alive(forever), [], `${name}: no process is left`)
    t.match(patch, { state: 'unfixable', reason: /too long/, sha: null }, `${name}: ${patch.reason}`)
    t.ok(patch.tookMs < 2000 + 5000, `${name}: ended after ${Math.round(patch.tookMs)} ms`)
  }
})

t.test('a prompt of signs that take several bytes is cut by its parts, not amid them', async t => {
  const farm = await serve(t, { CRAFTING_PATCH_LOOP_COMMAND: JSON.stringify(['sh', '-c', 'tail -n 1 >&2; sed -i s/BAD/GOOD/ words.txt']), CRAFTING_PATCH_LOOP_ATTEMPT_SECS: '20' })
  const git_url = repository(join(farm.directory, 'source'), { 'words.txt': `BAD\n${`${'\u8a9e'.repeat(80)}\n`.repeat(550)}` })
  const me = farm.mint('me')
  await farm.call('POST', '/projects', { token: me, body: { name: 'p', git_url, subprojects: [{ path: '', language: 'c', lint, build: null, test: null, audit: null }], patch: { drafters: ['command'], max_attempts: 1 } } })
  const { json } = await farm.call('POST', '/projects/p/runs', { token: me, body: { recipes: ['lint'] } })
  await farm.farm.ended(json.run_id)
  const { patches: [patch] } = (await farm.call('POST', '/projects/p/patches', { token: me, body: {} })).json
  const [end] = await farm.farm.patches!.settled({ name: 'me', isAdmin: false }, [patch.id], { seconds: 100, signal: new AbortController().signal })
  t.match(end, { state: 'drafted' })
})
