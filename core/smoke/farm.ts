import { mkdtemp, rm } from 'node:fs/promises'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Config } from '../config.ts'
import type { LanguagePack } from '../contract.ts'
import { FarmError } from '../errors.ts'
import { openFarm } from '../farm.ts'
import { quietLogger } from '../logger.ts'
import { findPack } from '../plan.ts'
import { builtinPluginsDir, folderOf } from '../plugins.ts'
import { machineEnvironment } from '../run/environment.ts'
import { reportPacks, Toolbox } from '../tools.ts'
import { smokePack, type SmokeReport } from './smoke.ts'

export interface SmokeOptions {
  /** Names or aliases; empty: every pack with recipes. */
  packs: readonly string[]
  signal: AbortSignal
  began?(pack: string): void
  ended?(report: SmokeReport): void
}

/** Smokes packs on a farm that is thrown away afterwards, as many at once as there are processors; caches are the machine's. */
export async function smoke(config: Config, options: SmokeOptions): Promise<SmokeReport[]> {
  const scratch = await mkdtemp(join(tmpdir(), 'crafting-smoke-farm-'))
  const farm = await openFarm({ ...config, dataDir: join(scratch, 'data'), workspaceDir: join(scratch, 'workspace') }, { kind: 'check', log: quietLogger })
  const cancel = () => void farm.close({ drainMs: 0 })
  options.signal.addEventListener('abort', cancel, { once: true })
  try {
    const wanted = wantedPacks(farm.packs, options.packs)
    const environment = machineEnvironment(config, farm.packs)
    const tools = new Map((await reportPacks(wanted, new Toolbox(environment))).map(report => [report.name, report.tools]))
    const reports: SmokeReport[] = []
    const queue = [...wanted]
    const work = async () => {
      for (let pack = queue.shift(); pack && !options.signal.aborted; pack = queue.shift()) {
        options.began?.(pack.name)
        const report = await smokePack(farm, pack, folderOf([builtinPluginsDir, ...config.pluginDirs], pack.name), { tools: tools.get(pack.name) ?? [], environment, signal: options.signal })
        reports.push(report)
        options.ended?.(report)
      }
    }
    await Promise.all(Array.from({ length: availableParallelism() }, work))
    const order = wanted.map(pack => pack.name)
    return reports.toSorted((a, b) => order.indexOf(a.pack) - order.indexOf(b.pack))
  } finally {
    options.signal.removeEventListener('abort', cancel)
    await farm.close({ drainMs: 0 })
    await rm(scratch, { recursive: true, force: true })
  }
}

function wantedPacks(packs: readonly LanguagePack[], names: readonly string[]): LanguagePack[] {
  const able = packs.filter(pack => pack.recipes.length > 0)
  if (names.length === 0) return able
  return [...new Set(names.map(name => {
    const pack = findPack(able, name)
    if (!pack) throw new FarmError('invalid', `there is no pack "${name}" with recipes`, { hint: `known: ${able.map(one => one.name).join(', ')}` })
    return pack
  }))]
}
