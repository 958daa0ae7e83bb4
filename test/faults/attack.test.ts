import t from 'tap'
import { detectSandbox } from '../../core/run/sandbox.ts'
import { attack } from './attack.ts'
import { temporary } from '../support/temporary.ts'

t.setTimeout(120_000)
const sandbox = await detectSandbox('auto')

for (const [mode, skip] of [['sandboxed', sandbox.mode === 'none' && sandbox.reason], ['supervised', false]] as const) {
  t.test(`${mode}: whoever will not end is ended in time, and the next checkout is clean`, { skip }, async t => {
    const root = temporary(t)
    for (const { name, skipped, lateMs, faults } of await attack(root, { times: 1, sandbox: mode === 'sandboxed' ? sandbox : undefined })) {
      if (skipped) { t.pass(`a job that ${name}`, { skip: skipped }); continue }
      t.same(faults, [], `a job that ${name}`)
      // The promise is 100 ms; a machine that is busy with other tests gets twenty times as long.
      t.ok(Math.max(...lateMs) < 2_000, `${name}: ${Math.max(...lateMs).toFixed(0)} ms beyond the grace time`)
    }
  })
}
