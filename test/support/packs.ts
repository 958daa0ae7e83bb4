import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { readConfig } from '../../core/config.ts'
import { builtinPluginsDir, folderOf, loadPlugins } from '../../core/plugins.ts'

/** The farm's own packs, and those that lie in folders of CRAFTING_PLUGINS_DIR: the contract is the same. */
export const directories = [builtinPluginsDir, ...readConfig().pluginDirs]
export const { packs } = await loadPlugins(directories)

export interface Fixture { pack: string; parser: string; name: string; path: string; text: string }

export const packFolder = (pack: string) => folderOf(directories, pack)

/** Every recorded output of a pack's tools; `parser` is whose it is by its name. */
export function fixturesOf(pack: string): Fixture[] {
  const folder = join(packFolder(pack), 'fixtures')
  const files = existsSync(folder) ? readdirSync(folder).filter(file => file.endsWith('.in')).toSorted() : []
  return files.map(file => ({ pack, parser: file.split('.', 1)[0] ?? '', name: `${pack}/${file}`, path: join(folder, file), text: readFileSync(join(folder, file), 'utf8') }))
}

/** Where it is written what a fixture is read as. */
export function expectedPath({ path }: Fixture): string { return path.replace(/(?:\.documented)?\.in$/, '.json') }
