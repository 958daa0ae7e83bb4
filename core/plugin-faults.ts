import type { LanguagePack } from './contract.ts'
import type { Plugin } from './service.ts'

/** A check returns what is wrong with a value, in words that follow its place; undefined when nothing is. */
type Check = (value: unknown) => string | undefined
type Shape = Readonly<Record<string, Check>>

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)
const ofType = (type: string): Check => value => typeof value === type ? undefined : `must be a ${type}, is ${shown(value)}`
const text: Check = value => typeof value === 'string' && value.trim() !== '' ? undefined : `must be a text that is not empty, is ${shown(value)}`
const code: Check = ofType('function')
const flag: Check = ofType('boolean')
const shellText: Check = value => typeof value === 'function' ? undefined : text(value)
const oneOf = (...choices: unknown[]): Check => value => choices.includes(value) ? undefined : `must be ${choices.map(shown).join(' or ')}, is ${shown(value)}`
const seconds: Check = value => typeof value === 'number' && value > 0 && Number.isFinite(value) ? undefined : `must be a number of seconds above 0, is ${shown(value)}`
const optional = (check: Check): Check => value => value === undefined ? undefined : check(value)
const matching = (pattern: RegExp, words: string): Check => value => typeof value === 'string' && pattern.test(value) ? undefined : `must be ${words}, is ${shown(value)}`
const list = (check: Check): Check => value => Array.isArray(value) ? nested(value.entries(), check) : `must be an array, is ${shown(value)}`
const record = (check: Check): Check => value => isRecord(value) ? nested(Object.entries(value), check) : `must be an object, is ${shown(value)}`
const shape = (fields: Shape): Check => value => {
  if (!isRecord(value)) return `must be an object, is ${shown(value)}`
  const faults = Object.entries(fields).flatMap(([key, check]) => placed(key, check(value[key])))
  const unknown = Object.keys(value).filter(key => !Object.hasOwn(fields, key)).map(key => `.${key} is not known${suggestion(key, Object.keys(fields))}`)
  return joined([...faults, ...unknown])
}

const recipeName = oneOf('build', 'test', 'lint', 'audit')
const variable = /^[A-Za-z_][A-Za-z0-9_]*$/
const alias = matching(/^[a-z][a-z0-9+#.-]*$/, 'lower case letters, digits and + # . -')
const name = matching(/^[a-z][a-z0-9-]*$/, 'lower case letters, digits and -')

const languagePack = shape({
  kind: oneOf('language'), api: oneOf(1), name, title: text,
  aliases: optional(list(alias)),
  markers: list(value => text(value) ?? (String(value).includes('/') ? `must hold no /: it names a file of the subproject's own directory, is ${shown(value)}` : undefined)),
  extensions: list(matching(/^\.[^/\s]+$/, 'an extension with its dot, such as .py')),
  interpreters: optional(list(text)),
  claimsLoose: optional(flag),
  nested: optional(value => typeof value === 'function' ? undefined : oneOf('own', 'part')(value)),
  recipes: list(shape({ name: recipeName, title: text, when: code, setup: optional(shellText), run: shellText, rerun: optional(code), needs: optional(list(text)), timeoutSecs: optional(seconds), network: optional(flag) })),
  parsers: record(parser),
  fixers: optional(list(shape({ tool: text, kind: optional(oneOf('build', 'test', 'lint', 'audit', 'format')), needs: optional(list(text)), run: code, setup: optional(code), network: optional(flag) }))),
  caches: optional(variables), toolchain: list(shape({ name: text, version: text, get: text, neededFor: list(recipeName) })), homes: optional(variables),
  everywhere: optional(flag),
})

const service = shape({
  kind: oneOf('service'), api: oneOf(1), name, setup: code,
  migrations: optional(value => value instanceof URL ? undefined : `must be a URL, is ${shown(value)}; write new URL('./migrations/', import.meta.url)`),
  verbs: optional(record(shape({ usage: text, run: code }))),
})

function parser(value: unknown): string | undefined {
  if (!isRecord(value)) return `must be an object with lines, json or xml, is ${shown(value)}`
  const kinds = ['lines', 'json', 'xml'].filter(kind => kind in value)
  if (kinds.length !== 1) return `must have exactly one of lines, json and xml, has ${kinds.length ? kinds.join(' and ') : 'none'}`
  const reports = optional(list(text))
  const document = { is: code, read: code, end: optional(code) }
  if ('lines' in value) return shape({ reports, lines: code })(value)
  if ('json' in value) return shape({ reports, json: shape({ ...document, each: optional(list(ofType('string'))) }) })(value)
  return shape({ reports, xml: shape({ ...document, each: list(text) }) })(value)
}

function variables(value: unknown): string | undefined {
  if (!isRecord(value)) return `must be an object, is ${shown(value)}`
  return joined(Object.entries(value).flatMap(([key, directory]) => [
    ...placed(key, variable.test(key) ? undefined : 'is no name of an environment variable'),
    ...placed(key, matching(/^(?!\/)(?!.*(?:^|\/)\.\.(?:\/|$)).+$/, 'a relative directory without ..')(directory)),
  ]))
}

/** Everything wrong with one plugin, each fault with its place, such as `.recipes[0].run must be …`. */
export function faultsOf(plugin: unknown, folder: string): string[] {
  if (plugin === undefined) return ['has no default export; end its index with `export default plugin`']
  if (!isRecord(plugin)) return [`its default export must be an object, is ${shown(plugin)}`]
  const { kind } = plugin
  if (kind !== 'language' && kind !== 'service') return [`.kind must be "language" or "service", is ${shown(kind)}`]
  const faults = (kind === 'language' ? languagePack : service)(plugin)?.split('\n') ?? []
  if (typeof plugin.name === 'string' && plugin.name !== folder) faults.push(`.name is "${plugin.name}", but its folder is "${folder}"; they must be the same`)
  if (kind === 'language' && faults.length === 0) faults.push(...packFaults(plugin as unknown as LanguagePack))
  return faults
}

/** What no single field shows. */
function packFaults(pack: LanguagePack): string[] {
  const tools = new Set(pack.toolchain.map(tool => tool.name))
  return pack.recipes.flatMap((recipe, index) => {
    const missing = (recipe.needs ?? []).filter(need => !tools.has(need))
    return missing.map(need => `.recipes[${index}].needs "${need}", which is not in .toolchain; add it there`)
  })
}

/** What only shows between plugins: names and aliases that are taken. */
export function faultsAmong(plugins: readonly { plugin: Plugin; folder: string }[]): string[] {
  const owners = new Map<string, string>()
  return plugins.flatMap(({ plugin, folder }) => {
    const names = [plugin.name, ...plugin.kind === 'language' ? plugin.aliases ?? [] : []]
    return names.flatMap(one => {
      const key = `${plugin.kind} ${one}`
      const owner = owners.get(key)
      if (owner !== undefined) return [`${folder}: the name or alias "${one}" is taken by ${owner}; choose another`]
      owners.set(key, folder)
      return []
    })
  })
}

function nested(entries: Iterable<[string | number, unknown]>, check: Check): string | undefined {
  return joined([...entries].flatMap(([key, value]) => placed(key, check(value))))
}

/** Faults are lines; each begins with its place. */
function placed(key: string | number, fault: string | undefined): string[] {
  if (fault === undefined) return []
  const place = typeof key === 'number' ? `[${key}]` : `.${key}`
  return fault.split('\n').map(line => /^[.[]/.test(line) ? `${place}${line}` : `${place} ${line}`)
}

function joined(faults: readonly string[]): string | undefined {
  return faults.length ? faults.join('\n') : undefined
}

function shown(value: unknown): string {
  if (typeof value === 'function') return 'a function'
  if (Array.isArray(value)) return 'an array'
  return value === undefined ? 'missing' : (JSON.stringify(value) ?? typeof value).slice(0, 60)
}

function suggestion(key: string, known: readonly string[]): string {
  const close = known.find(one => one.toLowerCase() === key.toLowerCase() || one.startsWith(key) || key.startsWith(one) || `${one}s` === key)
  return close === undefined ? `; remove it (known: ${known.join(', ')})` : `; did you mean ${close}?`
}
