import { readConfig } from '../config.ts'
import { composeFarm } from '../farm.ts'
import { verbLogger } from '../logger.ts'
import { builtinPluginsDir, loadPlugins } from '../plugins.ts'
import type { Opened } from '../service.ts'

/** The verbs that services bring along, ready to be called like the core's own. */
export async function verbsOfServices(): Promise<Record<string, { usage: string; run(args: string[]): Promise<number> }>> {
  const { services } = await loadPlugins([builtinPluginsDir, ...readConfig().pluginDirs])
  const own = services.flatMap(service => Object.entries(service.verbs ?? {}).map(([name, verb]) => [name, { usage: verb.usage, run: (args: string[]) => verb.run(args, () => open(service.name)) }] as const))
  return Object.fromEntries(own)
}

async function open(service: string): Promise<Opened> {
  const settings = readConfig()
  const { farm, coreFor } = await composeFarm(settings, { kind: 'check', log: await verbLogger() })
  return { ...coreFor(service), settings, close: () => farm.close({ drainMs: 0 }) }
}
