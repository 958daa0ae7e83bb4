/** `npm run soak`: 64 clients of every kind at one farm. `--seconds N` (600). */
import { parseArgs } from 'node:util'
import { median, quantile } from '../bench/measure.ts'
import { soak } from './soak.ts'
import { remove, scratch } from '../support/temporary.ts'

const { values } = parseArgs({ options: { seconds: { type: 'string', default: '600' } } })
const root = scratch()
try {
  const { ms, statuses, faults, memory, loopP99Ms, loopMaxMs, jobsEnded, notPassed } = await soak(root, { seconds: Number(values.seconds), say: line => console.error(line) })
  const quarter = Math.ceil(memory.length / 4)
  console.log(`${values.seconds} s, 64 clients: ${ms.length} answers (${[...statuses].map(([status, count]) => `${status}: ${count}`).join(', ')}), ${jobsEnded} jobs, ${notPassed} of them not passed`)
  console.log(`answers: median ${median(ms).toFixed(0)} ms, p99 ${quantile(ms, 0.99).toFixed(0)} ms; event loop late: p99 ${loopP99Ms.toFixed(0)} ms, worst ${loopMaxMs.toFixed(0)} ms`)
  console.log(`memory: ${median(memory.slice(quarter, 2 * quarter)).toFixed(0)} MiB in the second quarter of the time, ${median(memory.slice(-quarter)).toFixed(0)} in the last, at most ${Math.max(...memory).toFixed(0)}`)
  for (const fault of faults.slice(0, 20)) console.log(fault)
  process.exitCode = faults.length || notPassed ? 1 : 0
} finally {
  await remove(root)
}
