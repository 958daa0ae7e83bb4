import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import t from 'tap'
import { launcher } from './support/server.ts'
import { environmentIn, repository, serve } from './http/server.ts'
import { temporary } from './support/temporary.ts'

/** A service of its own folder, as a stranger would write it. */
const files: Record<string, string> = {
  'index.ts': `
import type { Service } from 'crafting-table/service'
export default {
  kind: 'service', api: 1, name: 'echo', migrations: new URL('./migrations/', import.meta.url),
  verbs: { echo: { usage: 'echo TEXT   says it', async run(args, open) {
    const core = await open()
    core.db.prepare('INSERT INTO echo_heard (what) VALUES (?)').run(args.join(' '))
    process.stdout.write(JSON.stringify(core.db.prepare('SELECT what FROM echo_heard').all()) + '\\n')
    await core.close()
    return 0
  } } },
  setup: async core => (await import('./serve.ts')).setup(core),
} satisfies Service`,
  'serve.ts': `
import { endpoint, FarmError, z, type ServiceCore } from 'crafting-table/service'
const heard = z.object({ heard: z.array(z.string()), output: z.string() }).meta({ id: 'Heard' })
export function setup(core: ServiceCore) {
  const note = (what: string) => { core.db.prepare('INSERT INTO echo_heard (what) VALUES (?)').run(what) }
  core.on('run.finished', fact => note(fact.data.project + ' ' + fact.data.status))
  core.minutely(() => note('minute of ' + core.config.WHO))
  core.endpoints([
    endpoint({ method: 'GET', path: '/echo/{what}', access: 'token', summary: 'What was heard', answer: { status: 200, description: 'All', schema: heard },
      async handle({ farm, caller, params }) {
        if (params.what === 'nothing') throw new FarmError('conflict', 'Nothing was heard', { hint: 'Speak.' })
        let output = ''
        const directory = process.env.ECHO_DIRECTORY!
        const [project] = farm.projects(caller, { limit: 1 })
        const run = project && core.farm.startRun(core.caller, project.name, {})
        if (run) {
          await core.farm.ended(run.id)
          await core.exportCommit(project.name, core.farm.run(core.caller, run.id).run.sha!, directory)
          await core.runProcess({ shell: 'cat a.sh; echo >made; ls "$CRAFTING_DATA" 2>/dev/null; test -d .git || echo no git; ls -A "$HOME"', directory, env: { CRAFTING_DATA: farm.config.dataDir }, timeoutMs: 20000, output: (_, chunk) => { output += chunk } })
        }
        return { heard: (core.db.prepare('SELECT what FROM echo_heard ORDER BY what').all() as { what: string }[]).map(row => row.what), output }
      } }),
    endpoint({ method: 'POST', path: '/echo/{what}/say', access: 'network', summary: 'Says it back', payload: 'text', answer: { status: 200, description: 'The same', types: ['text/plain'] }, handle: ({ payload }) => payload }),
  ])
}`,
  'migrations/001-heard.sql': 'CREATE TABLE echo_heard (what TEXT NOT NULL);',
}

function plugins(directory: string): string {
  for (const [name, text] of Object.entries(files)) {
    const path = join(directory, 'plugins/echo', name)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, text)
  }
  return join(directory, 'plugins')
}

t.test('a service brings tables, endpoints and a clock, hears facts, runs things in the sandbox', async t => {
  const directory = temporary(t)
  const scratch = join(directory, 'scratch')
  mkdirSync(scratch)
  process.env.ECHO_DIRECTORY = scratch
  const farm = await serve(t, { CRAFTING_PLUGINS_DIR: plugins(directory), CRAFTING_ECHO_WHO: 'mine' })
  const git_url = repository(join(directory, 'repository'), { 'a.sh': 'echo hello\n' })
  const document = (await farm.call('GET', '/openapi.json')).json
  t.ok(document.paths['/echo/{what}'].get && document.components.schemas.Heard, 'they are in openapi.json')
  t.equal((await farm.call('POST', '/projects', { token: farm.admin, body: { name: 'p', git_url, schedules: [{ cron: '0 6 * * *', timezone: 'Europe/Berlin' }] } })).json.schedules[0].cron, '0 6 * * *')
  const ask = (path: string, init: RequestInit = {}) => fetch(farm.url + path, init)
  t.equal((await ask('/echo/all')).status, 401, 'a token is needed')
  const headers = { authorization: `Bearer ${farm.admin}` }
  const answer = await (await ask('/echo/all', { headers })).json() as { heard: string[]; output: string }
  t.match(answer.heard, ['minute of mine'])
  t.equal(answer.output, 'echo hello\nno git\n', 'the files of the commit, not the ledger')
  t.ok(existsSync(join(scratch, 'made')))
  const problem = await ask('/echo/nothing', { headers })
  t.equal(problem.status, 409)
  t.match(await problem.json(), { code: 'conflict', hint: 'Speak.' })
  t.equal(await (await ask('/echo/x/say', { method: 'POST', body: '{"exact":  1}' })).text(), '{"exact":  1}')
})

t.test('a service brings a verb', async t => {
  const directory = temporary(t)
  const env = { ...process.env, ...environmentIn(directory), CRAFTING_PLUGINS_DIR: plugins(directory) }
  const call = async (...args: string[]) => (await promisify(execFile)(process.execPath, [launcher, ...args], { env })).stdout
  t.same(JSON.parse(await call('echo', 'one', 'two')), [{ what: 'one two' }])
  t.same(JSON.parse(await call('echo', 'three')), [{ what: 'one two' }, { what: 'three' }], 'its tables are made once')
  t.match(await call('--help'), /echo TEXT {3}says it/)
  t.match(await call('echo', '--help'), /usage: crafting-table echo TEXT/)
  t.ok(readFileSync(join(directory, 'data/ledger.db')).length > 0)
})

t.test('a service that fails as it ends keeps no other from ending', async t => {
  const directory = temporary(t)
  const rude = join(directory, 'plugins/rude')
  mkdirSync(rude, { recursive: true })
  writeFileSync(join(rude, 'index.ts'), `
import type { Service } from 'crafting-table/service'
export default { kind: 'service', api: 1, name: 'rude', setup: () => () => { throw new Error('not now') } } satisfies Service`)
  const { farm, log } = await serve(t, { CRAFTING_PLUGINS_DIR: join(directory, 'plugins') })
  await t.resolves(farm.close({ drainMs: 0 }))
  t.match(log.filter(one => one.message === 'service not ended'), [{ fields: { service: 'rude' } }])
})

t.test('what cannot be started is named in /healthz with its variable, and the farm takes work without it', async t => {
  const directory = temporary(t)
  const broken = join(directory, 'plugins/broken')
  mkdirSync(broken, { recursive: true })
  writeFileSync(join(broken, 'index.ts'), `
import type { Service } from 'crafting-table/service'
export default {
  kind: 'service', api: 1, name: 'broken',
  setup(core) {
    core.on('project.saved', () => { throw new Error('of a service that is left out nothing hears facts') })
    throw new Error('cannot connect to https://user:password@example.org')
  },
} satisfies Service`)
  const wrong = { CRAFTING_NOTIFY_TIMEOUT_SECS: 'soon', CRAFTING_WEBHOOKS_QUIET_SECS: '-1', CRAFTING_SCHEDULE_SPREAD_SECS: '1e3', CRAFTING_SMTP_HOST: 'mail.example.org', CRAFTING_SMTP_PORT: '0', CRAFTING_PATCH_LOOP_PER_DAY: 'many' }
  const { call, admin, farm, url } = await serve(t, { CRAFTING_PLUGINS_DIR: join(directory, 'plugins'), ...wrong })
  const { status, json } = await call('GET', '/healthz')
  t.equal(status, 200)
  t.equal(json.status, 'ok')
  const services = new Map((json.services as { name: string }[]).map(({ name, ...rest }) => [name, rest]))
  t.match(Object.fromEntries(services), {
    notify: { state: 'not_started', message: 'CRAFTING_NOTIFY_TIMEOUT_SECS=soon: must be a number of seconds, above 0 and at most 50' },
    webhooks: { state: 'not_started', message: /^CRAFTING_WEBHOOKS_QUIET_SECS=-1: / },
    schedule: { state: 'not_started', message: /^CRAFTING_SCHEDULE_SPREAD_SECS=1e3: / },
    'patch-loop': { state: 'not_started', message: /^CRAFTING_PATCH_LOOP_PER_DAY / },
    digest: { state: 'partly_off', message: /^no mail is sent: .*CRAFTING_SMTP_PORT=0: must be a whole number from 1 to 65535/ },
    metrics: { state: 'running', message: null },
    broken: { state: 'not_started', message: /log says why/ },
  })
  t.notMatch(JSON.stringify(json), 'password')
  t.notOk(farm.figures().lags.some(lag => lag.subscriber === 'broken'))
  const figures = await (await fetch(`${url}/metrics`)).text()
  for (const line of ['crafting_service_up{service="notify"} 0', 'crafting_service_up{service="digest"} 0', 'crafting_service_up{service="metrics"} 1']) t.ok(figures.includes(`${line}\n`), line)
  t.equal((await call('POST', '/projects', { token: admin, body: { name: 'p', git_url: 'https://git.example.org/p.git' } })).status, 201)
})
