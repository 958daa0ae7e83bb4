import { mkdtempSync, rmSync } from 'node:fs'
import { request as ask, Agent } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { repository } from '../http/server.ts'
import { jobEnd, startServer, type Server } from '../support/server.ts'
import { distinguishable } from './statistics.ts'

// npm run attack:timing -- [tries, default 10000]
// Whether the time of a 404 tells "somebody else's" from "nobody's". Both are asked in turn, in random order, over one connection; a third series, nobody's again,
// tells what the machine alone makes of the same question.

const tries = Number(process.argv[2] ?? 10_000)
const root = mkdtempSync(join(tmpdir(), 'crafting-timing-'))
const server = await startServer(root, {}, ['--max-semi-space-size=16'])
const agent = new Agent({ keepAlive: true, maxSockets: 1 })
try {
  const { job, run } = await seedFarm(server)
  const stranger = (await server.request('POST', '/admin/tokens', { name: 'stranger' })).body.bearer as string
  const none = (id: string) => id.replaceAll(/[0-9a-f]/g, digit => ((parseInt(digit, 16) + 7) % 16).toString(16))
  const pairs: [string, string, string][] = [
    ['/projects/{name}', '/projects/theirs', '/projects/nobody'],
    ['/projects/{name}/status', '/projects/theirs/status', '/projects/nobody/status'],
    ['/jobs/{id}', `/jobs/${job}`, `/jobs/${none(job)}`],
    ['/jobs/{id}/findings', `/jobs/${job}/findings`, `/jobs/${none(job)}/findings`],
    ['/runs/{id}', `/runs/${run}`, `/runs/${none(run)}`],
  ]
  process.stdout.write(`${tries} tries each                  theirs    nobody's  nobody's again   z theirs   z nobody's\n`)
  for (const [name, theirs, nobodys] of pairs) {
    const series = await measured(stranger, [theirs, nobodys, nobodys])
    const [a, b, c] = series as [number[], number[], number[]]
    const [told, noise] = [distinguishable(a, b), distinguishable(c, b)]
    process.stdout.write(`${name.padEnd(28)} ${[a, b, c].map(one => `${median(one).toFixed(4)} ms`.padStart(12)).join('')} ${told.z.toFixed(2).padStart(10)} ${noise.z.toFixed(2).padStart(10)}${told.is ? '  TOLD APART' : ''}\n`)
    if (told.is) process.exitCode = 1
  }
} finally {
  agent.destroy()
  await server.stop()
  rmSync(root, { recursive: true, force: true, maxRetries: 3 })
}

async function seedFarm(farm: Server): Promise<{ job: string; run: string }> {
  const git_url = repository(join(root, 'theirs'), { 'a.c': 'int a;\n' })
  const owner = (await farm.request('POST', '/admin/tokens', { name: 'owner' })).body.bearer as string
  await farm.request('POST', '/projects', { name: 'theirs', git_url, subprojects: [{ path: '', language: 'c', build: null, test: null, audit: null, lint: 'echo "a.c:1:5: error: bad"; exit 1' }] }, owner)
  const { run_id } = (await farm.request('POST', '/projects/theirs/runs', {}, owner)).body
  const { job_id } = (await farm.request('POST', '/projects/theirs/jobs', { recipe: 'lint' }, owner)).body
  await jobEnd(farm, job_id, owner)
  return { job: job_id, run: run_id }
}

/** Milliseconds of each path's answers, asked in an order that nobody can foresee. */
async function measured(bearer: string, paths: readonly string[]): Promise<number[][]> {
  const series = paths.map((): number[] => [])
  for (let round = -200; round < tries; round++) {
    for (const at of paths.map((_, index) => ({ index, key: Math.random() })).toSorted((a, b) => a.key - b.key).map(one => one.index)) {
      const took = await timeOf(bearer, paths[at]!)
      if (round >= 0) series[at]!.push(took)
    }
  }
  return series
}

function timeOf(bearer: string, path: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const began = process.hrtime.bigint()
    ask(server.url + path, { agent, headers: { authorization: `Bearer ${bearer}` } }, answer => {
      if (answer.statusCode !== 404) return reject(new Error(`${path} answers ${answer.statusCode}`))
      answer.resume().on('end', () => { resolve(Number(process.hrtime.bigint() - began) / 1e6) })
    }).on('error', reject).end()
  })
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN
}
