/** `npm run faults`: kills a farm at random moments under load. `--rounds N` (100), `--seed N`. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { crash } from './crash.ts'

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '100' }, seed: { type: 'string', default: String(Date.now() % 1e6) } } })
const root = mkdtempSync(join(tmpdir(), 'crafting-faults-'))
try {
  const { rounds, jobs, orphaned, copies, slowestStartMs, slowestRecoveryMs, faults } = await crash(root, { rounds: Number(values.rounds), seed: Number(values.seed), say: line => console.error(line) })
  console.log(`seed ${values.seed}: ${rounds} kills, ${jobs} jobs of which ${orphaned} were at work when the farm died, ${copies} copies of the ledger, slowest start ${slowestStartMs.toFixed(0)} ms, of which what was left took at most ${slowestRecoveryMs} ms, ${faults.length} faults`)
  for (const fault of faults) console.log(fault)
  process.exitCode = faults.length ? 1 : 0
} finally {
  rmSync(root, { recursive: true, force: true })
}
