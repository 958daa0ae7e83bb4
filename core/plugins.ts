import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { LanguagePack, Parser, Plugin, Service } from './contract.ts'
import { FarmError, messageOf } from './errors.ts'

export const builtinPluginsDir = join(import.meta.dirname, '../plugins')

export interface Plugins { packs: readonly LanguagePack[]; services: readonly Service[] }

/** A parser and the name it has in its pack. */
export interface NamedParser { name: string; parser: Parser }

/** Whose turn it is: a language's own parsers see a line first; what they do not claim goes to those of `everywhere`. */
export interface ParserSet { own: readonly NamedParser[]; everywhere: readonly NamedParser[] }

/**
 * Imports every folder of the directories that has an index, in name order, and checks it against the contract.
 * All faults of all plugins come in one error.
 */
export async function loadPlugins(directories: readonly string[]): Promise<Plugins> {
  const faults: string[] = []
  const plugins: Plugin[] = []
  for (const { name, index } of directories.flatMap(directory => foldersOf(directory, faults))) {
    try {
      const { default: plugin } = await import(pathToFileURL(index).href) as { default?: unknown }
      const found = faultsOf(plugin, name)
      faults.push(...found.map(fault => `${index}: ${fault}`))
      if (found.length === 0) plugins.push(plugin as Plugin)
    } catch (error) {
      faults.push(`${index}: cannot be loaded: ${messageOf(error)}`)
    }
  }
  faults.push(...clashes(plugins))
  if (faults.length) throw new FarmError('invalid', `${faults.length} ${faults.length === 1 ? 'fault' : 'faults'} in the plugins:\n  ${faults.join('\n  ')}`, { hint: 'Correct them, or take the folder out of plugins/ or CRAFTING_PLUGINS_DIR.' })
  return { packs: plugins.filter(plugin => plugin.kind === 'language'), services: plugins.filter(plugin => plugin.kind === 'service') }
}

function foldersOf(directory: string, faults: string[]): { name: string; index: string }[] {
  if (!existsSync(directory)) {
    faults.push(`${directory}: there is no such directory (CRAFTING_PLUGINS_DIR)`)
    return []
  }
  return readdirSync(directory).toSorted().flatMap(name => {
    const index = ['index.ts', 'index.js'].map(file => join(directory, name, file)).find(path => existsSync(path))
    return index ? [{ name, index }] : []
  })
}

/** The contract's keys and how to tell a value of each; a `?` marks what may be missing. */
type Shape = Readonly<Record<string, (value: unknown) => boolean>>
const isText = (value: unknown) => typeof value === 'string' && value !== ''
const isFunction = (value: unknown) => typeof value === 'function'
const isFlag = (value: unknown) => typeof value === 'boolean'
const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)
const listOf = (of: (value: unknown) => boolean) => (value: unknown) => Array.isArray(value) && value.every(of)
const recordOf = (of: (value: unknown) => boolean) => (value: unknown) => isRecord(value) && Object.values(value).every(of)
const either = (...of: ((value: unknown) => boolean)[]) => (value: unknown) => of.some(one => one(value))

const packShape: Shape = {
  kind: value => value === 'language', api: value => value === 1, name: isText, title: isText, 'aliases?': listOf(isText), markers: listOf(isText), extensions: listOf(isText),
  'claimsLoose?': isFlag, 'nested?': value => value === 'own' || value === 'part', recipes: listOf(isRecord), parsers: recordOf(isRecord), 'fixers?': listOf(isRecord),
  'caches?': recordOf(isText), toolchain: listOf(isRecord), 'homes?': recordOf(isText), 'everywhere?': isFlag,
}
const recipeShape: Shape = {
  name: value => ['build', 'test', 'lint', 'audit'].includes(value as string), title: isText, when: isFunction, 'setup?': either(isText, isFunction), run: either(isText, isFunction),
  'needs?': listOf(isText), 'timeoutSecs?': value => typeof value === 'number' && value > 0, 'network?': isFlag,
}
const toolShape: Shape = { name: isText, version: isText, get: isText, neededFor: listOf(isText) }
const serviceShape: Shape = { kind: value => value === 'service', api: value => value === 1, name: isText, setup: isFunction }
const parserShapes: Shape = { 'reports?': listOf(isText), 'lines?': isFunction, 'json?': isRecord, 'xml?': isRecord }
const jsonShape: Shape = { is: isFunction, 'each?': listOf(isText), read: isFunction, 'end?': isFunction }
const xmlShape: Shape = { is: isFunction, each: listOf(isText), read: isFunction, 'end?': isFunction }

function shapeFaults(value: unknown, shape: Shape, place: string): string[] {
  if (!isRecord(value)) return [`${place || 'the default export'} must be an object`]
  const at = (key: string) => place ? `${place}.${key}` : key
  const known = new Map(Object.entries(shape).map(([key, check]) => [key.replace('?', ''), { check, optional: key.endsWith('?') }]))
  return [
    ...[...known].flatMap(([key, { check, optional }]) => value[key] === undefined ? optional ? [] : [`${at(key)} is missing`] : check(value[key]) ? [] : [`${at(key)} is not what the contract asks for`]),
    ...Object.keys(value).filter(key => !known.has(key)).map(key => `${at(key)} is not in the contract`),
  ]
}

function faultsOf(plugin: unknown, folder: string): string[] {
  if (!isRecord(plugin)) return ['no default export: write `export default { kind: \'language\', … } satisfies LanguagePack`']
  if (plugin.kind !== 'language' && plugin.kind !== 'service') return [`kind must be 'language' or 'service', not ${JSON.stringify(plugin.kind)}`]
  const faults = shapeFaults(plugin, plugin.kind === 'language' ? packShape : serviceShape, '')
  if (plugin.name !== folder) faults.push(`name is ${JSON.stringify(plugin.name)}, but the folder is ${folder}: they must be equal`)
  return plugin.kind === 'service' || faults.length ? faults : [...faults, ...packFaults(plugin as unknown as LanguagePack)]
}

function packFaults(pack: LanguagePack): string[] {
  const tools = new Set(pack.toolchain.map(tool => tool.name))
  const titles = new Set<string>()
  return [
    ...pack.recipes.flatMap((recipe, at) => {
      const faults = shapeFaults(recipe, recipeShape, `recipes[${at}]`)
      if (faults.length) return faults
      const missing = (recipe.needs ?? []).filter(name => !tools.has(name)).map(name => `recipes[${at}].needs ${name}, which the toolchain does not list`)
      const twice = titles.has(`${recipe.name} ${recipe.title}`) ? [`recipes[${at}].title is there twice for ${recipe.name}`] : []
      titles.add(`${recipe.name} ${recipe.title}`)
      return [...missing, ...twice]
    }),
    ...pack.toolchain.flatMap((tool, at) => shapeFaults(tool, toolShape, `toolchain[${at}]`)),
    ...pack.markers.filter(marker => marker.includes('/')).map(marker => `markers: ${marker} must be a file's name, without /`),
    ...pack.extensions.filter(extension => !extension.startsWith('.')).map(extension => `extensions: ${extension} must begin with a dot`),
    ...Object.entries(pack.parsers).flatMap(([name, parser]) => parserFaults(parser, `parsers.${name}`)),
  ]
}

function parserFaults(parser: Parser, place: string): string[] {
  const faults = shapeFaults(parser, parserShapes, place)
  const kinds = ['lines', 'json', 'xml'].filter(kind => kind in parser)
  if (kinds.length !== 1) faults.push(`${place} must have exactly one of lines, json and xml`)
  if ('json' in parser) faults.push(...shapeFaults(parser.json, jsonShape, `${place}.json`))
  if ('xml' in parser) faults.push(...shapeFaults(parser.xml, xmlShape, `${place}.xml`))
  return faults
}

function clashes(plugins: readonly Plugin[]): string[] {
  const owners = new Map<string, string>()
  const faults: string[] = []
  for (const plugin of plugins) {
    for (const name of [plugin.name, ...plugin.kind === 'language' ? plugin.aliases ?? [] : []]) {
      const other = owners.get(name)
      if (other !== undefined) faults.push(`${plugin.name}: the name ${name} is taken by ${other}`)
      owners.set(name, plugin.name)
    }
  }
  return faults
}

const namedParsers = (packs: readonly LanguagePack[]): NamedParser[] => packs.flatMap(pack => Object.entries(pack.parsers).map(([name, parser]) => ({ name: `${pack.name}/${name}`, parser })))

/** Who reads a language's output. Without a language only those that read every language's. */
export function parsersFor(packs: readonly LanguagePack[], language: string | undefined): ParserSet {
  const own = packs.filter(pack => !pack.everywhere && (pack.name === language || (language !== undefined && pack.aliases?.includes(language))))
  return { own: namedParsers(own), everywhere: namedParsers(packs.filter(pack => pack.everywhere)) }
}

/** Everybody, for output of which nothing is known. */
export function allParsers(packs: readonly LanguagePack[]): ParserSet {
  return { own: namedParsers(packs.filter(pack => !pack.everywhere)), everywhere: namedParsers(packs.filter(pack => pack.everywhere)) }
}
