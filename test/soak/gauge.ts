import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export interface Gauge { loopP99Ms: number; loopMaxMs: number }

/** A service that measures the delay of the server's event loop from within; answers the folder for CRAFTING_PLUGINS_DIR and how to read it. */
export function writeGauge(root: string): { plugins: string; begin(): void; read(): Gauge } {
  const folder = join(root, 'plugins/gauge')
  const file = join(root, 'gauge.json')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'index.ts'), `import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { Service } from 'crafting-table/service'

export default {
  kind: 'service', api: 1, name: 'gauge',
  setup() {
    // What a timer of so many ms is late by.
    const delay = monitorEventLoopDelay({ resolution: 10 })
    delay.enable()
    const clock = setInterval(() => {
      if (existsSync(${JSON.stringify(`${file}.begin`)})) { rmSync(${JSON.stringify(`${file}.begin`)}); delay.reset() }
      writeFileSync(${JSON.stringify(file)}, JSON.stringify({ loopP99Ms: delay.percentile(99) / 1e6 - 10, loopMaxMs: delay.max / 1e6 - 10 }))
    }, 200)
    return () => clearInterval(clock)
  },
} satisfies Service
`)
  return {
    plugins: join(root, 'plugins'),
    begin: () => writeFileSync(`${file}.begin`, ''),
    read: () => existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) as Gauge : { loopP99Ms: Number.NaN, loopMaxMs: Number.NaN },
  }
}
