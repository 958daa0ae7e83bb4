/** `npm run attack`: jobs that will not end, and those that leave something behind, against the time-out. `--times N` (100) of each, in each mode. All have to be dead within the grace time and 100 ms. */
import { parseArgs } from 'node:util'
import { detectSandbox } from '../../core/run/sandbox.ts'
import { median, quantile } from '../bench/measure.ts'
import { attack } from './attack.ts'
import { remove, scratch } from '../support/temporary.ts'

const { values } = parseArgs({ options: { times: { type: 'string', default: '100' } } })
const found = await detectSandbox('auto')
let faulty = 0
for (const sandbox of [found, undefined]) {
  if (sandbox?.mode === 'none') { console.log(`skipped: sandbox (${sandbox.reason})`); continue }
  const root = scratch()
  try {
    console.log(`\n${sandbox ? sandbox.reason : 'supervisor'}; ms beyond time-out and grace: median, p99, worst`)
    for (const { name, skipped, times, lateMs, faults } of await attack(root, { times: Number(values.times), sandbox })) {
      if (skipped) { console.log(`skipped: a job that ${name} (${skipped})`); continue }
      const late = lateMs.filter(ms => ms > 100).length
      faulty += faults.length + late
      console.log(`${String(times).padStart(4)} × a job that ${name.padEnd(42)} ${[median(lateMs), quantile(lateMs, 0.99), Math.max(...lateMs)].map(ms => ms.toFixed(0).padStart(6)).join('')}  ${faults.length} faults, ${late} late`)
      for (const fault of new Set(faults)) console.log(`     ${fault}`)
    }
  } finally { await remove(root) }
}
process.exitCode = faulty ? 1 : 0
