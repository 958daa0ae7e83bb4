import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { extract } from '../../core/findings/extract.ts'
import { builtinPluginsDir, loadPlugins, parsersFor } from '../../core/plugins.ts'
import { openLog, readLog } from '../../core/run/log.ts'
import { openMirror, resolve } from '../../core/run/mirror.ts'
import { runProcess } from '../../core/run/process.ts'
import { acquire } from '../../core/run/workspace.ts'
import { git } from '../support/repository.ts'
import { clock, median, residentMiB, rounds, time } from './measure.ts'

/** A slot at another commit than the one it holds, and a slot that is not there yet. */
export async function checkouts(repository: string, scratch: string): Promise<{ warm: number; cold: number }> {
  const shas = [git(repository, 'rev-parse', 'HEAD'), git(repository, 'rev-parse', 'HEAD~1')]
  mkdirSync(scratch, { recursive: true })
  const colds: number[] = []
  const warms: number[] = []
  for (let round = 0; round < 3; round++) {
    const mirror = openMirror({ directory: join(scratch, `round-${round}`, '.cache'), url: repository, allowFile: true })
    await resolve(mirror, { ref: 'main' }, { notBefore: Date.now() })
    for (let at = 0; at < 7; at++) {
      const sha = shas[at % 2] ?? ''
      const spent = await time(async () => { await (await acquire(mirror, sha)).release() })
      if (at === 0) colds.push(spent)
      else warms.push(spent)
    }
  }
  return { warm: median(warms), cold: median(colds) }
}

/** From a child's pipe into a durable log, and out again. */
export async function logPath(command: string, scratch: string): Promise<{ ms: number; growthMiB: number }> {
  let growthMiB = 0
  const ms = await rounds(5, async round => {
    const path = join(scratch, `bench-${round}.log`)
    const before = residentMiB()
    const start = clock()
    const log = await openLog(path, { capBytes: 2 ** 30 })
    await runProcess({
      shell: command, cwd: scratch, env: { PATH: process.env.PATH ?? '' }, marker: `bench.${round}`, timeoutMs: 60_000, signal: new AbortController().signal, sandbox: undefined,
      output: (stream, chunk) => log.write(stream, chunk),
    })
    await log.close()
    let bytes = 0
    for await (const chunk of readLog(path)) bytes += chunk.length
    if (bytes < 20_000_000) throw new Error(`only ${bytes} bytes came back`)
    if (round > 0) growthMiB = Math.max(growthMiB, residentMiB() - before)
    return clock() - start
  })
  return { ms, growthMiB }
}

/** Milliseconds of processor time for these million lines through all parsers of every language. */
export async function parseMillion(lines: readonly string[]): Promise<[string, number][]> {
  const { packs } = await loadPlugins([builtinPluginsDir])
  const batches = Array.from({ length: 1000 }, (_, batch) => lines.slice(batch * 1000, batch * 1000 + 1000).map(text => ({ text, stream: 'stdout' as const })))
  const spent: [string, number][] = []
  for (const pack of packs.filter(one => !one.everywhere)) {
    const before = process.cpuUsage()
    await extract({ log: batches, reports: [], parsers: parsersFor(packs, pack.name), place: { root: '/nonexistent', directory: '' } })
    spent.push([pack.name, process.cpuUsage(before).user / 1000])
  }
  return spent
}
