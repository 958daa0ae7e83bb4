import { createServer } from 'node:http'
import { once } from 'node:events'
import { join } from 'node:path'
import type { AddressInfo } from 'node:net'
import { setTimeout } from 'node:timers/promises'
import Database from 'better-sqlite3'
import { Registry } from 'prom-client'
import t from 'tap'
import type { Farm } from '../../core/facade.ts'
import { repository, serve } from '../../test/http/server.ts'
import { countRequests } from './requests.ts'

/** Every sample of the text format, `name{labels}` → value; throws at a line that is none. */
function samplesOf(text: string): Map<string, number> {
  return new Map(text.split('\n').filter(line => line !== '' && !line.startsWith('#')).map(line => {
    const found = /^(?<name>[a-zA-Z_:][\w:]*(?:\{(?:\w+="(?:[^"\\\n]|\\[\\n"])*",?)*\})?) (?<value>[-+\w.]+)$/.exec(line)
    if (!found?.groups) throw new Error(`not a sample: ${line}`)
    return [found.groups.name ?? '', Number(found.groups.value)]
  }))
}

/** Until every service has had all facts. */
async function told(farm: Farm): Promise<void> {
  const deadline = Date.now() + 20_000
  while (farm.figures().lags.some(lag => lag.facts > 0) && Date.now() < deadline) await setTimeout(5)
}

t.test('a job, its findings and the farm, in figures', async t => {
  const { url, farm, call, mint, admin, directory } = await serve(t)
  const token = mint('me')
  const git_url = repository(join(directory, 'r'), { 'a.c': 'int a;\n' })
  const lint = 'echo "a.c:1:5: error: bad"; echo "a.c:1:6: warning: odd"; echo "a.c:1:7: warning: odder"; exit 1'
  await call('POST', '/projects', { token, body: { name: 'secret-project', git_url, subprojects: [{ path: '', language: 'c', build: null, test: null, audit: null, lint, recipes: { 'very-own': 'true' } }] } })
  const { json } = await call('POST', '/projects/secret-project/runs', { token, body: {} })
  await farm.ended(json.run_id)
  await told(farm)

  const answer = await fetch(`${url}/metrics`)
  t.equal(answer.status, 200, 'without a token')
  t.equal(answer.headers.get('content-type'), 'text/plain; version=0.0.4; charset=utf-8')
  const text = await answer.text()
  const samples = samplesOf(text)
  const value = (name: string) => samples.get(name)
  t.equal(value('crafting_jobs_total{status="failed",recipe="lint",language="c"}'), 1)
  t.equal(value('crafting_jobs_total{status="passed",recipe="other",language="c"}'), 1, 'a recipe of the project\'s own is not named')
  t.notMatch(text, /secret-project|very-own|\bme\b/)
  t.equal(value('crafting_findings_total{state="new",level="error"}'), 1)
  t.equal(value('crafting_findings_total{state="new",level="warning"}'), 2)
  t.equal(value('crafting_job_duration_seconds_count{status="failed",recipe="lint"}'), 1)
  t.equal(value('crafting_job_wait_seconds_count'), 2)
  t.equal(value('crafting_runs_total{status="failed"}') ?? value('crafting_runs_total{status="passed"}'), 1)
  t.equal(value('crafting_queue{state="waiting"}'), 0)
  t.equal(value('crafting_queue{state="working"}'), 0)
  t.equal(value('crafting_workers'), 2)
  t.equal(value('crafting_up'), 1)
  t.equal(value('crafting_facts_lag{service="metrics"}'), 0)
  t.equal(value('crafting_patches_total{outcome="drafted"}'), 0)
  t.ok(value('crafting_disk_free_bytes{directory="workspace"}')! > 0)
  t.ok(value('crafting_ledger_bytes{file="ledger"}')! > 0)
  t.ok(value('crafting_http_request_duration_seconds_count{method="POST",code="202"}')! >= 1)
  for (const name of ['nodejs_eventloop_lag_p99_seconds', 'process_resident_memory_bytes', 'process_open_fds', 'process_cpu_seconds_total']) t.ok(samples.has(name), name)

  const { json: document } = await call('GET', '/openapi.json')
  t.same(document.paths['/metrics'].get.security, [])
  t.equal((await call('GET', '/metrics', { token: admin })).status, 200)
})

t.test('what waits and how long; a service that hears nothing falls behind', async t => {
  const { url, farm, call, mint, directory } = await serve(t, { CRAFTING_JOBS: '1' })
  const token = mint('me')
  const db = new Database(join(directory, 'data/ledger.db'))
  db.prepare('INSERT INTO cursors (subscriber, fact) VALUES (?, ?)').run('gone', 0)
  db.close()
  const git_url = repository(join(directory, 'r'), { a: '' })
  await call('POST', '/projects', { token, body: { name: 'p', git_url, subprojects: [{ path: '', language: 'bash', build: 'sleep 600' }] } })
  const start = async () => (await call('POST', '/projects/p/jobs', { token, body: { recipe: 'build' } })).json.job_id as string
  const begun = new Promise<void>(resolve => { farm.watch(change => { if (change.what === 'job.started') resolve() }) })
  const ids = [await start(), await start(), await start()]
  await begun
  const scrape = async () => samplesOf(await (await fetch(`${url}/metrics`)).text())
  const samples = await scrape()
  t.equal(samples.get('crafting_jobs{status="running",recipe="build"}'), 1)
  t.equal(samples.get('crafting_jobs{status="queued",recipe="build"}'), 2)
  t.equal(samples.get('crafting_queue{state="waiting"}'), 2)
  t.ok(samples.get('crafting_queue_oldest_seconds')! > 0)
  t.ok(samples.get('crafting_facts_lag{service="gone"}')! >= 2)
  t.ok(samples.get('crafting_facts_lag_seconds{service="gone"}')! > 0)
  for (const id of ids.toReversed()) await call('POST', `/jobs/${id}/cancel`, { token, body: {} })
  const after = await scrape()
  t.equal(after.get('crafting_jobs{status="running",recipe="build"}') ?? 0, 0)
  t.equal(after.get('crafting_queue_oldest_seconds'), 0)
})

t.test('requests are counted until the farm ends; odd methods are one', async t => {
  const registry = new Registry()
  const close = countRequests(registry)
  const server = createServer((_, response) => { response.end() })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => { server.close() })
  const ask = (method: string) => fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`, { method }).then(answer => answer.text())
  await ask('GET')
  await ask('PURGE')
  await close()
  await ask('GET')
  const samples = samplesOf(await registry.metrics())
  t.equal(samples.get('crafting_http_request_duration_seconds_count{method="GET",code="200"}'), 1)
  t.equal(samples.get('crafting_http_request_duration_seconds_count{method="other",code="200"}'), 1)
})
