/** `npm run faults`: kills a farm at random moments under load, and another one at its upgrade. `--rounds N` (100), `--seed N`. */
import { parseArgs } from 'node:util'
import { crash } from './crash.ts'
import { remove, scratch } from '../support/temporary.ts'

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '100' }, seed: { type: 'string', default: String(Date.now() % 1e6) } } })
const root = scratch()
const teardowns: (() => unknown)[] = []
try {
  const { rounds, jobs, upgrades, upgradesUndone, beside, orphaned, copies, slowestStartMs, slowestRecoveryMs, faults } = await crash({ teardown: (handler: () => unknown) => { teardowns.push(handler) } }, root, { rounds: Number(values.rounds), seed: Number(values.seed), say: line => console.error(line) })
  console.log(`seed ${values.seed}: ${rounds} kills, ${jobs} jobs of which ${orphaned} were at work when the farm died, ${copies} copies of the ledger, slowest start ${slowestStartMs.toFixed(0)} ms, of which what was left took at most ${slowestRecoveryMs} ms, ${faults.length} faults`)
  for (const line of [...beside, `${upgrades} upgrades killed, ${upgradesUndone} of them before they were done`]) console.log(line)
  for (const fault of faults) console.log(fault)
  process.exitCode = faults.length ? 1 : 0
} finally {
  for (const teardown of teardowns) await teardown()
  await remove(root)
}
