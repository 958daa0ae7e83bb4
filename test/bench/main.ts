/** `npm run bench`: what the farm costs, as ratios against floors measured in the same run. Medians of several rounds. */
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { farmEnvironment, launcher, startServer } from '../support/server.ts'
import { commit, makeRepository } from '../support/repository.ts'
import { Client } from './client.ts'
import { copyToDescriptor, emptyNode, onePattern, worktreeAdd, worktreeLoop, worktreeWorkers } from './floors.ts'
import { apiUnderLoad, burst, liveLines, oneByOne, type JobBench } from './jobs.ts'
import { fillLedger } from './ledger.ts'
import { buildLog } from './noise.ts'
import { checkouts, logPath, parseMillion } from './parts.ts'
import { printTable, residentMiB, rounds, time, type Row } from './measure.ts'

/** As `npm run serve` starts it. */
const likeNpm = ['--max-semi-space-size=1']
/** Where farms are: not below /tmp, which each job has of its own. */
const cache = process.env.XDG_CACHE_HOME || join(homedir(), '.cache')
mkdirSync(cache, { recursive: true })
const scratch = mkdtempSync(join(cache, 'crafting-bench-'))
const rows: Row[] = []
const ms = (value: number) => `${value.toFixed(value < 100 ? 1 : 0)} ms`
const row = (what: string, figure: string, floor: string, ratio: number, better: Row['better'], target: number) => {
  rows.push({ what, figure, floor, ratio, better, target })
  console.error(`${what}: ${figure}`)
}

try {
  const small = join(scratch, 'small')
  makeRepository(small, Object.fromEntries(Array.from({ length: 10 }, (_, at) => [`file-${at}.txt`, `${at}\n`.repeat(100)])))
  const big = join(scratch, 'big')
  const filler = (seed: number) => Array.from({ length: 400 }, (_, line) => `line ${line} of ${seed}: ${'abcdefghij'.repeat(3)}`).join('\n')
  makeRepository(big, Object.fromEntries(Array.from({ length: 2500 }, (_, at) => [`d${at % 50}/f${at}.txt`, filler(at)])))
  commit(big, Object.fromEntries(Array.from({ length: 50 }, (_, at) => [`d${at}/f${at}.txt`, filler(at + 10_000)])))
  const text = join(scratch, 'log.txt')
  writeFileSync(text, `${'2026-01-01 a line of a build log that is about eighty characters long, or so.\n'.repeat(262_144)}`)

  const f1 = await worktreeLoop(small)
  const f2 = await worktreeWorkers(small)
  const f3 = await copyToDescriptor(`cat ${text}`, scratch)
  const f4 = await worktreeAdd(big)
  const f5 = emptyNode()
  console.error(`floors: F1 ${ms(f1)}, F2 ${f2.toFixed(1)}/s, F3 ${ms(f3)}, F4 ${ms(f4)}, F5 ${f5.toFixed(1)} MiB`)

  const farm = join(scratch, 'farm')
  const server = await startServer(farm, { CRAFTING_JOBS: '4' }, likeNpm)
  const bench: JobBench = { client: new Client(server), project: 'bench' }
  await bench.client.call('POST', '/projects', { name: 'bench', git_url: `file://${small}`, subprojects: [{ path: '.', language: 'bash', test: 'true', lint: 'for i in $(seq 200); do date +%s%N; sleep 0.01; done' }] })
  const single = await oneByOne(bench, 60)
  row('no-op job, trigger → finished', ms(single.jobMs), `F1 ${ms(f1)}`, single.jobMs / f1, 'less', 2)
  row('trigger acknowledged, p95', ms(single.ackP95), '5 ms', single.ackP95 / 5, 'less', 1)
  const bursts: number[] = []
  let failures = 0
  let memory = 0
  for (let round = 0; round < 10; round++) {
    const { rate, failed } = await burst(bench, 200)
    bursts.push(rate)
    failures += failed
    if (round === 4) memory = residentMiB(server.process.pid)
  }
  const memoryLater = residentMiB(server.process.pid)
  const rate = bursts.toSorted((a, b) => a - b)[5] ?? 0
  row('200 no-op jobs, four at once', `${rate.toFixed(1)}/s`, `F2 ${f2.toFixed(1)}/s`, rate / f2, 'more', 0.6)
  row('failures in 2,000 jobs', String(failures), '0', failures, 'less', 0)
  row('memory after 1,000 jobs', `${memory.toFixed(0)} MiB`, `F5 ${f5.toFixed(0)} MiB`, memory / f5, 'less', 2.5)
  row('memory after 2,000 jobs', `${memoryLater.toFixed(0)} MiB`, `${memory.toFixed(0)} MiB`, memoryLater / memory, 'less', 1.1)
  const calm = await liveLines(bench, false)
  const busy = await liveLines(bench, true)
  row('live line to a client, p99', ms(calm), '50 ms', calm / 50, 'less', 1)
  row('live line during a burst of 200, p99', ms(busy), '50 ms', busy / 50, 'less', 1)
  bench.client.close()
  await server.stop()

  const { warm, cold } = await checkouts(big, join(scratch, 'checkouts'))
  row('another commit of the big tree, warm', ms(warm), `F4 ${ms(f4)}`, warm / f4, 'less', 0.1)
  row('the big tree, cold', ms(cold), `F4 ${ms(f4)}`, cold / f4, 'less', 0.65)
  const log = await logPath(`cat ${text}`, scratch)
  row('20 MB log, durable and served back', ms(log.ms), `F3 ${ms(f3)}`, log.ms / f3, 'less', 2)
  row('memory growth of that', `${log.growthMiB.toFixed(1)} MiB`, '16 MiB', log.growthMiB / 16, 'less', 1)
  const lines = buildLog(1_000_000)
  const f6 = onePattern(lines)
  for (const [language, spent] of await parseMillion(lines)) row(`1,000,000 lines through ${language}'s parsers`, ms(spent), `3 s; ${(spent / f6).toFixed(1)} × F6`, spent / 3000, 'less', 1)

  const old = join(scratch, 'old')
  mkdirSync(join(old, 'data'), { recursive: true })
  fillLedger(join(old, 'data'), 100_000, 1_000_000)
  const loaded = await startServer(old, { CRAFTING_JOBS: '4' }, likeNpm)
  const reading: JobBench = { client: new Client(loaded), project: 'bench' }
  await reading.client.call('POST', '/projects', { name: 'bench', git_url: `file://${small}`, subprojects: [{ path: '.', language: 'bash', test: 'for i in $(seq 400); do echo line $i; sleep 0.02; done' }] })
  const api = await apiUnderLoad(reading, 32)
  row('GET /jobs with 100,000 jobs, median', ms(api.listMedian), '5 ms', api.listMedian / 5, 'less', 1)
  row('GET /jobs, p99 of 32 clients', ms(api.listP99), '50 ms', api.listP99 / 50, 'less', 1)
  row('GET /jobs/{id}, median', ms(api.oneMedian), '5 ms', api.oneMedian / 5, 'less', 1)
  row('GET /jobs/{id}, p99 of 32 clients', ms(api.oneP99), '50 ms', api.oneP99 / 50, 'less', 1)
  reading.client.close()
  await loaded.stop('SIGKILL')

  const tiny = join(scratch, 'tiny')
  makeRepository(tiny, { 'package.json': '{"name":"tiny","version":"1.0.0","type":"module"}', 'tiny.test.js': "import test from 'node:test'\ntest('one', () => {})\n" })
  const tools = await rounds(5, () => time(() => spawnSync('node', ['--test'], { cwd: tiny })))
  const check = await rounds(5, async round => await time(() => spawnSync(process.execPath, [launcher, 'check', tiny, '--recipe', 'test', '--quiet'], { env: farmEnvironment(join(scratch, `check-${round}`)) })))
  row('check of a tiny project, beyond its tools', ms(check - tools), '1 s', (check - tools) / 1000, 'less', 1)

  printTable(rows)
} finally {
  rmSync(scratch, { recursive: true, force: true })
}
