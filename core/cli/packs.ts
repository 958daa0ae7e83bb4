import { parseArgs } from 'node:util'
import { readConfig } from '../config.ts'
import type { PackReport } from '../facade.ts'
import { builtinPluginsDir, loadPlugins } from '../plugins.ts'
import { machineEnvironment } from '../run/environment.ts'
import { reportPacks, Toolbox } from '../tools.ts'
import { painter } from '../terminal/text.ts'
import { newPack, usage as newUsage } from './packs-new.ts'

export const usage = `packs [--json]   the language packs that are loaded, and which of their tools are here

       crafting-table ${newUsage}`

export async function run(args: string[]): Promise<number> {
  if (args[0] === 'new') return newPack(args.slice(1))
  const { values: option } = parseArgs({ args, strict: true, options: { json: { type: 'boolean' } } })
  const config = readConfig()
  const { packs } = await loadPlugins([builtinPluginsDir, ...config.pluginDirs])
  const reports = await reportPacks(packs, new Toolbox(machineEnvironment(config, packs)))
  if (option.json) process.stdout.write(`${JSON.stringify({ packs: reports }, null, 2)}\n`)
  else for (const report of reports) printPack(report)
  return 0
}

function printPack(report: PackReport): void {
  const paint = painter(process.stdout)
  const width = Math.max(...report.tools.map(tool => tool.name.length), 0)
  process.stdout.write(`${paint('bold', report.name)} ${report.title}; reads ${report.parsers.join(', ')}\n`)
  for (const tool of report.tools) {
    const state = tool.version === null ? paint('yellow', `missing: ${tool.get}`) : tool.version
    process.stdout.write(`  ${tool.name.padEnd(width)}  ${state}\n`)
  }
}
