import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { readConfig } from '../../core/config.ts'
import { extract } from '../../core/findings/extract.ts'
import * as kit from '../../core/parse/index.ts'
import { builtinPluginsDir, loadPlugins, namedParsers } from '../../core/plugins.ts'
import { jobEnvironment } from '../../core/run/environment.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const textOf = (path: string) => readFileSync(join(root, path), 'utf8')
const section = (text: string, heading: string) => text.split(/^## /m).find(one => one.startsWith(`${heading}\n`)) ?? ''
/** What the first cells of a page's tables name. */
const firstCells = (text: string) => [...text.matchAll(/^\| (?<cell>`[^|]*) \|/gm)].flatMap(match => [...(match.groups?.cell ?? '').matchAll(/`(?<name>[^`]+)`/g)].map(found => found.groups?.name ?? ''))

t.test('configuration.md: the variables that the farm reads, and those that a job has', async t => {
  const read = new Set<string>()
  readConfig(new Proxy({}, { get: (_, name) => { read.add(String(name)) } }))
  const page = textOf('docs/configuration.md')
  t.same(firstCells(section(page, 'The farm')).toSorted(), [...read].filter(name => name.startsWith('CRAFTING_')).toSorted())
  const job = jobEnvironment({}, { id: '', project: '', subproject: '', recipe: '', sha: '', ref: '' }, { home: '', tmp: '', reports: '', root: '' })
  t.same(firstCells(section(page, 'In a job')).toSorted(), Object.keys(job).filter(name => name.startsWith('CRAFTING_')).toSorted())
})

t.test('packs.md: every key of a pack, every function of the kit', async t => {
  const contract = textOf('core/contract.ts')
  const body = /^export interface LanguagePack \{\n(?<body>[\s\S]*?)^\}/m.exec(contract)?.groups?.body ?? ''
  const keys = [...body.matchAll(/^ {2}(?<key>\w+)\??:/gm)].map(match => match.groups?.key ?? '')
  const page = textOf('docs/packs.md')
  t.ok(keys.length > 10, `${keys.length} keys`)
  t.same(firstCells(section(page, 'The value')).toSorted(), keys.toSorted())
  const parsers = section(page, 'Parsers')
  t.same(firstCells(parsers.slice(parsers.indexOf('The kit'))).toSorted(), Object.keys(kit).toSorted())
})

t.test('packs.md: its example loads, and reads what it says', async t => {
  const plugins = t.testdir({})
  const files = [...textOf('docs/packs.md').matchAll(/^`(?<path>[\w/.-]+)`\n```ts\n(?<text>[\s\S]*?)^```/gm)].map(match => match.groups ?? {})
  t.same(files.map(file => file.path), ['lua/index.ts', 'lua/luac.ts', 'lua/luacheck.ts'])
  for (const { path = '', text = '' } of files) {
    mkdirSync(join(plugins, dirname(path)), { recursive: true })
    writeFileSync(join(plugins, path), text)
  }
  const { packs } = await loadPlugins([builtinPluginsDir, plugins])
  const lua = packs.find(pack => pack.name === 'lua')!
  const log = ['luac: src/a.lua:3: unexpected symbol near \'=\'', 'src/b.lua:4:7: (W211) unused variable \'x\'', 'src/b.lua:9:1: (E011) expected \'=\' near \'y\''].map(text => ({ text, stream: 'stderr' as const }))
  const { findings } = await extract({ log: [log], parsers: { own: namedParsers(lua), everywhere: [] }, place: { root: '/workspace', directory: '' } })
  t.match(findings, [
    { tool: 'luac', level: 'error', file: 'src/a.lua', line: 3 },
    { tool: 'luacheck', level: 'warning', rule: 'W211', file: 'src/b.lua', line: 4, column: 7 },
    { tool: 'luacheck', level: 'error', rule: 'E011', line: 9 },
  ])
})

t.test('README.md: the verbs there are', async t => {
  const table = /^const verbs\b[\s\S]*?^\}/m.exec(textOf('core/main.ts'))?.[0] ?? ''
  const verbs = [...table.matchAll(/^ {2}'?(?<verb>[\w-]+)'?: \(\) =>/gm)].map(match => match.groups?.verb)
  t.ok(verbs.includes('check'))
  const { services } = await loadPlugins([builtinPluginsDir])
  verbs.push(...services.flatMap(service => Object.keys(service.verbs ?? {})))
  t.same(firstCells(section(textOf('README.md'), 'Verbs')).map(cell => cell.split(' ', 1)[0]).toSorted(), verbs.toSorted())
})

t.test('README.md: the packs there are', async t => {
  const { packs } = await loadPlugins([builtinPluginsDir])
  t.same(firstCells(section(textOf('README.md'), 'Languages')).toSorted(), packs.map(pack => pack.name).toSorted())
})
