import { clock, median, quantile } from './measure.ts'
import type { Client } from './client.ts'

export interface JobBench { client: Client; project: string }

const trigger = async ({ client, project }: JobBench, recipe: string) => {
  const answer = await client.call('POST', `/projects/${project}/jobs`, { recipe })
  if (answer.status >= 300) throw new Error(`trigger: ${JSON.stringify(answer.body)}`)
  return { id: answer.body.job_id as string, ms: answer.ms }
}

/** No-op jobs, each triggered when the one before has ended. */
export async function oneByOne(bench: JobBench, count: number): Promise<{ jobMs: number; ackP95: number }> {
  const jobs: number[] = []
  const acks: number[] = []
  for (let at = 0; at < count; at++) {
    const start = clock()
    const job = await trigger(bench, 'test')
    await bench.client.jobEnded(job.id)
    if (at >= 5) { jobs.push(clock() - start); acks.push(job.ms) }
  }
  return { jobMs: median(jobs), ackP95: quantile(acks, 0.95) }
}

/** Many at once: jobs a second from the first trigger to the last end, and how many did not pass. */
export async function burst(bench: JobBench, count: number): Promise<{ rate: number; failed: number }> {
  const start = clock()
  const jobs = await Promise.all(Array.from({ length: count }, () => trigger(bench, 'test')))
  const last = jobs.at(-1)
  if (last) await bench.client.jobEnded(last.id)
  for (;;) {
    const { body } = await bench.client.call('GET', '/healthz')
    if (body.runner.queued + body.runner.running === 0) break
    await new Promise(resolve => setTimeout(resolve, 5))
  }
  const spent = clock() - start
  const states = await Promise.all(jobs.map(async job => (await bench.client.call('GET', `/jobs/${job.id}`)).body.job.status as string))
  return { rate: count * 1000 / spent, failed: states.filter(status => status !== 'passed').length }
}

/** p99 of the time from a line's printing (it says when) to its arrival. */
export async function liveLines(bench: JobBench, during: boolean): Promise<number> {
  const job = await trigger(bench, 'lint')
  const others = during ? burst(bench, 200) : undefined
  const late: number[] = []
  for await (const { event, data } of bench.client.events(job.id)) {
    if (event === 'end') break
    if (/^\d{19}$/.test(data.text)) late.push(Date.now() - Number(BigInt(data.text) / 1_000_000n))
  }
  await others
  return quantile(late, 0.99)
}

/** Reads by many clients while four jobs run. */
export async function apiUnderLoad(bench: JobBench, clients: number): Promise<{ listMedian: number; listP99: number; oneMedian: number; oneP99: number }> {
  await Promise.all([1, 2, 3, 4].map(() => trigger(bench, 'test')))
  const ids: string[] = (await bench.client.call('GET', '/jobs?limit=100')).body.jobs.map((job: { job_id: string }) => job.job_id)
  const alone: number[][] = [[], []]
  for (let at = 0; at < 50; at++) {
    alone[0]?.push((await bench.client.call('GET', '/jobs')).ms)
    alone[1]?.push((await bench.client.call('GET', `/jobs/${ids[at]}`)).ms)
  }
  const list: number[] = []
  const one: number[] = []
  // Node accepts one connection a turn; that is not what is measured.
  await Promise.all(Array.from({ length: clients }, () => bench.client.call('GET', '/healthz')))
  await Promise.all(Array.from({ length: clients }, async (_, client) => {
    for (let at = 0; at < 30; at++) {
      if (at % 2) list.push((await bench.client.call('GET', '/jobs')).ms)
      else one.push((await bench.client.call('GET', `/jobs/${ids[(client + at) % ids.length]}`)).ms)
    }
  }))
  return { listMedian: median(alone[0] ?? []), listP99: quantile(list, 0.99), oneMedian: median(alone[1] ?? []), oneP99: quantile(one, 0.99) }
}
