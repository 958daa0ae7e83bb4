import { parseArgs } from 'node:util'
import { readConfig } from '../config.ts'
import { smoke } from '../smoke/farm.ts'
import { isGreen } from '../smoke/smoke.ts'
import { printSmoke } from '../terminal/smoke.ts'

export const usage = `smoke [PACK…] [--json]   what of the packs works here: hello worlds are built, planted faults found

Runs each pack's smoke.sh (a program is built and run with each toolchain), and its recipes on its smoke project, whose
planted faults must come out as SARIF. A pack that fails stops nothing. Without PACK: all with recipes.
Exit status: 0 all green, 1 something failed or was skipped, 2 could not run.`

export async function run(args: string[]): Promise<number> {
  const { values: option, positionals: packs } = parseArgs({ args, strict: true, allowPositionals: true, options: { json: { type: 'boolean' } } })
  const interrupt = new AbortController()
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
  const abort = () => interrupt.abort()
  for (const signal of signals) process.on(signal, abort)
  try {
    const reports = await smoke(readConfig({ ...process.env, CRAFTING_GIT_ALLOW_FILE: '1' }), {
      packs, signal: interrupt.signal,
      began: pack => process.stderr.write(`started ${pack}\n`),
      ended: report => process.stderr.write(`${isGreen(report) ? 'green' : 'not green'} ${report.pack} ${report.seconds.toFixed(1)}s\n`),
    })
    if (interrupt.signal.aborted) return 130
    if (option.json) process.stdout.write(`${JSON.stringify({ green: reports.every(isGreen), packs: reports }, null, 2)}\n`)
    else printSmoke(process.stdout, reports)
    return reports.every(isGreen) ? 0 : 1
  } finally {
    for (const signal of signals) process.off(signal, abort)
  }
}
