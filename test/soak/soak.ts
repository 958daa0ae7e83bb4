import { setMaxListeners } from 'node:events'
import { Agent } from 'node:http'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { residentMiB } from '../bench/measure.ts'
import { makeRepository } from '../support/repository.ts'
import { jobEnd, startServer } from '../support/server.ts'
import { agent, follower, halfOpen, reader, slowReader, writer, type Client, type Tally } from './clients.ts'
import { writeGauge, type Gauge } from './gauge.ts'

export interface Soaked extends Tally, Gauge { jobsEnded: number; notPassed: number; /** Resident, in MiB, once a second. */ memory: number[] }

const crowd = [[reader, 24], [writer, 8], [follower, 16], [agent, 8], [slowReader, 4], [halfOpen, 4]] as const

/** 64 clients of every kind at one farm for so long, while jobs pass. */
export async function soak(root: string, { seconds, say = () => {} }: { seconds: number; say?: (line: string) => void }): Promise<Soaked> {
  const gauge = writeGauge(root)
  makeRepository(join(root, 'repository'), { 'a.c': 'int a;\n'.repeat(50) })
  const server = await startServer(root, { CRAFTING_PLUGINS_DIR: gauge.plugins }, ['--max-semi-space-size=1'])
  const tally: Tally = { ms: [], statuses: new Map(), faults: [], jobs: [] }
  const memory: number[] = []
  const keepAlive = new Agent({ keepAlive: true, maxSockets: 64 })
  try {
    const recipes = { test: 'for n in 1 2 3 4 5 6 7 8 9 10; do echo "a.c:$n:1: warning: number $n"; sleep 0.01; done', build: 'seq 2000000' }
    await server.request('POST', '/projects', { name: 'p', git_url: `file://${join(root, 'repository')}`, subprojects: [{ path: '.', language: 'none', ...recipes }] })
    const first = async (recipe: string) => (await jobEnd(server, (await server.request('POST', '/projects/p/jobs', { recipe })).body.job_id)).job.id as string
    const largeJob = await first('build')
    tally.jobs.push(await first('test'))
    const over = new AbortController()
    setMaxListeners(0, over.signal)
    const client: Client = { server, agent: keepAlive, tally, over: over.signal, largeJob }
    gauge.begin()
    const all = Promise.all(crowd.flatMap(([kind, count]) => Array.from({ length: count }, () => kind(client))))
    for (let second = 0; second < seconds; second++) {
      await Promise.race([sleep(1_000), all])
      memory.push(residentMiB(server.process.pid))
      if (second % 30 === 29) say(`${second + 1} s: ${tally.ms.length} answers, ${tally.jobs.length} jobs asked for, ${memory.at(-1)?.toFixed(0)} MiB, ${tally.faults.length} faults`)
    }
    const { loopP99Ms, loopMaxMs } = gauge.read()
    over.abort()
    await all
    const ended = await Promise.all(tally.jobs.map(async id => (await jobEnd(server, id)).job.status as string))
    return { ...tally, memory, loopP99Ms, loopMaxMs, jobsEnded: ended.length, notPassed: ended.filter(status => status !== 'passed').length }
  } finally {
    keepAlive.destroy()
    await server.stop('SIGKILL')
  }
}
