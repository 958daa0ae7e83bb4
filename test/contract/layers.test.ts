import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'

const root = fileURLToPath(new URL('../../', import.meta.url))

const sources = ['core', 'plugins'].flatMap(top => readdirSync(join(root, top), { recursive: true, withFileTypes: true })
  .filter(entry => entry.isFile() && entry.name.endsWith('.ts') && !entry.name.endsWith('.test.ts'))
  .map(entry => relative(root, join(entry.parentPath, entry.name)))
  .filter(file => !/\/(fixtures|smoke)\//.test(file)))

/** What a file imports, as paths of the repository; packages as they are. */
function importsOf(file: string): string[] {
  const text = readFileSync(join(root, file), 'utf8')
  return [...text.matchAll(/^\s*(?:import|export)\b[^'"\n]*?\bfrom\s+'([^']+)'|\bimport\('([^']+)'\)|^import '([^']+)'/gm)]
    .map(match => match[1] ?? match[2] ?? match[3] ?? '')
    .map(name => name.startsWith('.') ? relative(root, join(root, dirname(file), name)) : name)
}

const declared = new Set(Object.keys((JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { dependencies: Record<string, string> }).dependencies))
const isPackage = (name: string) => name.startsWith('node:') || declared.has(name.split('/').slice(0, name.startsWith('@') ? 2 : 1).join('/')) || name === 'sarif'

/** Which imports a room may have. */
const rules: readonly { room: RegExp; may: (target: string, file: string) => boolean; why: string }[] = [
  { room: /^core\/contract\.ts$/, may: () => false, why: 'the contract imports nothing' },
  { room: /^core\/parse\//, may: target => target.startsWith('core/parse/') || target === 'core/contract.ts' || isPackage(target), why: 'the kit imports only the contract' },
  { room: /^core\//, may: target => !target.startsWith('plugins/'), why: 'the core does not know its plugins' },
  { room: /^plugins\//, may: (target, file) => target.startsWith(file.split('/').slice(0, 2).join('/') + '/') || ['core/contract.ts', 'core/service.ts'].includes(target) || target.startsWith('core/parse/') || isPackage(target), why: 'a plugin imports its own files, the contract, what a service may know, the kit and packages' },
]

t.test('arrows between rooms', async t => {
  t.ok(sources.length > 40, `${sources.length} files`)
  for (const file of sources) {
    for (const target of importsOf(file)) {
      for (const { room, may, why } of rules) if (room.test(file) && !may(target, file)) t.fail(`${file} imports ${target}: ${why}`)
      if (/^(core|plugins)\//.test(target) && !existsSync(join(root, target))) t.fail(`${file} imports ${target}, which does not exist`)
    }
  }
})

t.test('doors and services go through the farm', async t => {
  const doors = sources.filter(file => file.startsWith('core/http/'))
  for (const file of doors) {
    const past = importsOf(file).filter(target => /^core\/(run|ledger|findings)\//.test(target))
    const text = readFileSync(join(root, file), 'utf8')
    for (const target of past) {
      const name = target.split('/').at(-1) ?? ''
      t.match(text, new RegExp(`import type [^\n]*${name.replaceAll('.', '\\.')}`), `${file} takes only types from ${target}`)
    }
  }
})
