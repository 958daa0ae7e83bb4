import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { parse } from 'yaml'
import { readConfig } from '../../core/config.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const textOf = (path: string) => readFileSync(join(root, path), 'utf8')
const names = (text: string, pattern: RegExp) => [...new Set([...text.matchAll(pattern)].map(found => found.groups?.name ?? ''))].toSorted()
/** Variables in the first cells of a page's tables. */
const documented = (path: string) => textOf(path).split('\n').flatMap(line => names(/^\| (`[^|]*)\|/.exec(line)?.[1] ?? '', /`(?<name>CRAFTING_[A-Z_]+)`/g))

t.test('.env.example names every variable: the farm\'s, the services\', and those of compose.yml', async t => {
  const read = new Set<string>()
  readConfig(new Proxy({}, { get: (_, name) => { read.add(String(name)) } }))
  const services = readdirSync(join(root, 'plugins')).map(name => `plugins/${name}/README.md`).filter(path => existsSync(join(root, path))).flatMap(documented)
  const compose = names(textOf('compose.yml'), /\$\{(?<name>\w+)/g)
  const wanted = new Set([...[...read].filter(name => name.startsWith('CRAFTING_')), ...services, ...compose])
  t.same(names(textOf('.env.example'), /^#?(?<name>[A-Z_]+)=/gm), [...wanted].toSorted())
})

t.test('compose.yml says the defaults that .env.example says', async t => {
  const example = Object.fromEntries([...textOf('.env.example').matchAll(/^#(?<name>[A-Z_]+)=(?<value>.*)$/gm)].map(({ groups }) => [groups?.name, groups?.value]))
  for (const { groups } of textOf('compose.yml').matchAll(/\$\{(?<name>\w+):-(?<value>[^}]*)\}/g)) t.equal(example[groups?.name ?? ''], groups?.value, String(groups?.name))
})

t.test('compose.yml and the Dockerfile agree', async t => {
  const { services, volumes } = parse(textOf('compose.yml')) as { services: Record<string, { build: { args: Record<string, string> }; volumes: string[] }>; volumes: Record<string, null> }
  const farm = services['crafting-table']!
  const image = textOf('Dockerfile')
  for (const argument of Object.keys(farm.build.args)) t.match(image, new RegExp(`^ARG ${argument}=`, 'm'), argument)
  const places = farm.volumes.map(volume => volume.slice(volume.lastIndexOf(':') + 1))
  t.match(image, `VOLUME ${JSON.stringify(places).replaceAll(',', ', ')}`)
  t.same(farm.volumes.map(volume => /:-(\w+)\}/.exec(volume)?.[1]), Object.keys(volumes))
  t.match(image, new RegExp(`^ARG VERSION=${(JSON.parse(textOf('package.json')) as { version: string }).version}$`, 'm'))
  t.notMatch(image, /<<|--mount/, 'the classic builder reads it')
})
