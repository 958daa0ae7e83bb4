import { existsSync, readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { compiled } from './compile.js'
import type { LanguagePack, Parser } from './contract.ts'
import { FarmError, messageOf } from './errors.ts'
import { findPack } from './plan.ts'
import type { Plugin, Service } from './service.ts'
import { faultsAmong, faultsOf } from './plugin-faults.ts'

export const builtinPluginsDir = join(import.meta.dirname, '../plugins')

export interface NamedParser { name: string; parser: Parser }

/** Whose output is read by whom: the language's own parsers first, then those for every language. */
export interface Parsers {
  own: readonly NamedParser[]
  everywhere: readonly NamedParser[]
  /** Asked when the others found nothing at all. */
  fallback?: readonly NamedParser[]
}

export interface Loaded { packs: readonly LanguagePack[]; services: readonly Service[] }

/** Every plugin of these directories, for the farm. Throws `invalid` with all faults of all plugins. */
export async function loadPlugins(directories: readonly string[]): Promise<Loaded> {
  const { faults, ...loaded } = await readPlugins(directories)
  if (faults.length === 0) return loaded
  const head = faults.length === 1 ? 'a plugin is not as the contract wants' : `${faults.length} faults in plugins`
  throw new FarmError('invalid', `${head}:\n${faults.map(fault => `  ${fault}`).join('\n')}`, { hint: 'core/contract.ts says what a plugin is; mend or remove those named here. CRAFTING_PLUGINS_DIR says where further ones are' })
}

/** Imports every folder with an index.ts or index.js in these directories, in the order of their names; the sound ones, and what is wrong with the others. */
export async function readPlugins(directories: readonly string[]): Promise<Loaded & { faults: readonly string[] }> {
  const faults: string[] = []
  const folders = directories.flatMap(directory => foldersOf(directory, faults)).toSorted((a, b) => a.name < b.name ? -1 : a.name > b.name ? 1 : 0)
  const plugins: { plugin: Plugin; folder: string }[] = []
  for (const { name, path, entry } of folders) {
    try {
      const { default: plugin } = await import(await compiled(entry)) as { default?: Plugin }
      const found = faultsOf(plugin, name)
      faults.push(...found.map(fault => `${path}: ${fault}`))
      if (plugin && found.length === 0) plugins.push({ plugin, folder: path })
    } catch (error) {
      faults.push(`${entry}: cannot be imported: ${messageOf(error).split('\n', 1)[0]}`)
    }
  }
  faults.push(...faultsAmong(plugins))
  const all = plugins.map(({ plugin }) => plugin)
  return {
    packs: all.filter(plugin => plugin.kind === 'language'),
    services: all.filter(plugin => plugin.kind === 'service'),
    faults,
  }
}

function foldersOf(given: string, faults: string[]): { name: string; path: string; entry: string }[] {
  const directory = resolve(given)
  let names: string[]
  try {
    names = readdirSync(directory, { withFileTypes: true }).filter(entry => entry.isDirectory() || entry.isSymbolicLink()).map(entry => entry.name)
  } catch (error) {
    faults.push(`${directory}: cannot be read: ${messageOf(error)}`)
    return []
  }
  return names.flatMap(name => {
    const path = join(directory, name)
    const entry = ['index.ts', 'index.js'].map(file => join(path, file)).find(file => existsSync(file))
    return entry === undefined ? [] : [{ name, path, entry }]
  })
}

/** Where a loaded plugin lies: names are unique, so the first folder of that name is its own. */
export function folderOf(directories: readonly string[], name: string): string {
  const folders = directories.flatMap(directory => foldersOf(directory, []))
  return folders.find(folder => folder.name === name)?.path ?? join(builtinPluginsDir, name)
}

/** Without a language (or with an unknown one): those for every language, and all others when these found nothing. */
export function parsersFor(packs: readonly LanguagePack[], language: string | undefined): Parsers {
  const pack = language === undefined ? undefined : findPack(packs, language)
  const everywhere = packs.filter(one => one.everywhere && one !== pack).flatMap(namedParsers)
  if (pack) return { own: namedParsers(pack), everywhere }
  return { own: [], everywhere, fallback: packs.filter(one => !one.everywhere).flatMap(namedParsers) }
}

export function namedParsers(pack: LanguagePack): NamedParser[] {
  return Object.entries(pack.parsers).map(([name, parser]) => ({ name: `${pack.name}/${name}`, parser }))
}
