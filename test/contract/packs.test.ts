import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import type { Finding } from '../../core/contract.ts'
import { extract, type Extracted } from '../../core/findings/extract.ts'
import { builtinPluginsDir, loadPlugins, namedParsers, parsersFor, type NamedParser, type Parsers } from '../../core/plugins.ts'

// Every folder under plugins/ is held to this, none is named here. UPDATE=1 writes what the parsers say now, UPDATE=<pack> that of one pack; read the difference.
const update = process.env.UPDATE
const { packs } = await loadPlugins([builtinPluginsDir])

interface Fixture { pack: string; parser: string; name: string; path: string; text: string }
interface Expected { findings: Finding[]; tests: Extracted['tests'] }

const fixtures = packs.flatMap((pack): Fixture[] => {
  const folder = join(builtinPluginsDir, pack.name, 'fixtures')
  const files = existsSync(folder) ? readdirSync(folder).filter(file => file.endsWith('.in')).toSorted() : []
  return files.map(file => ({ pack: pack.name, parser: file.split('.', 1)[0] ?? '', name: `${pack.name}/${file}`, path: join(folder, file), text: readFileSync(join(folder, file), 'utf8') }))
})

function expectedPath({ path }: Fixture): string { return path.replace(/(?:\.documented)?\.in$/, '.json') }

async function readWith(parsers: Parsers, { text }: Fixture): Promise<Expected> {
  const log = text.replace(/\n$/, '').split('\n').map(line => ({ text: line, stream: 'stdout' as const }))
  const { findings, tests } = await extract({ log: [log], parsers, place: { root: '/workspace', directory: '' } })
  return { findings, tests }
}

const place = ({ file, line, rule }: Finding) => `${file ?? ''}:${line ?? ''}${file === undefined ? rule ?? '' : ''}`

for (const pack of packs) {
  const folder = join(builtinPluginsDir, pack.name)
  const own = fixtures.filter(fixture => fixture.pack === pack.name)

  t.test(pack.name, async t => {
    t.ok(existsSync(join(folder, 'README.md')), 'has a README.md')
    for (const [index, { needs = [] }] of pack.recipes.entries()) {
      for (const need of needs) t.ok(pack.toolchain.some(tool => tool.name === need), `recipe ${index} needs ${need}, which its toolchain names`)
    }
    for (const name of Object.keys(pack.parsers)) {
      t.ok(existsSync(join(folder, `${name}.ts`)), `parser ${name} lives in ${name}.ts`)
      t.ok(own.some(fixture => fixture.parser === name), `parser ${name} has a fixture: fixtures/${name}.<case>.in`)
    }
    for (const fixture of own) {
      t.ok(Object.hasOwn(pack.parsers, fixture.parser), `${fixture.name} is named after a parser`)
      const found = JSON.parse(JSON.stringify(await readWith(parsersFor(packs, pack.name), fixture))) as Expected
      const path = expectedPath(fixture)
      if (update === '1' || update === pack.name) writeFileSync(path, `${JSON.stringify(found, null, 2)}\n`)
      t.same(found, existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : 'UPDATE=1 writes it', `${fixture.name} is read as its .json says`)
    }
  })
}

t.test('no marker belongs to two languages', async t => {
  const owners = new Map<string, string>()
  for (const pack of packs) {
    for (const marker of pack.markers) {
      t.notOk(owners.has(marker), `${marker} of ${pack.name}${owners.has(marker) ? `, and of ${owners.get(marker)}` : ''}`)
      owners.set(marker, pack.name)
    }
  }
})

/** Parsers that take something for their own: one reading with all of them, each watched. */
async function suspects(parsers: readonly NamedParser[], fixture: Fixture): Promise<NamedParser[]> {
  const seen = new Set<NamedParser>()
  const watched = parsers.map((named): NamedParser => {
    const { name, parser } = named
    if ('lines' in parser) return { name, parser: { lines: context => parser.lines({ ...context, emit: () => seen.add(named) }) } }
    const is = (head: string) => {
      if ('json' in parser ? parser.json.is(head) : parser.xml.is(head)) seen.add(named)
      return false
    }
    return { name, parser: 'json' in parser ? { json: { ...parser.json, is } } : { xml: { ...parser.xml, is } } }
  })
  await readWith({ own: watched, everywhere: [] }, fixture)
  return [...seen]
}

// Formats are shared (JUnit, GNU's messages), so a parser may read what another tool printed; it may not find there what is not there.
t.test('a parser finds nothing in the output of other tools that is not so', async t => {
  const parsers = packs.filter(one => !one.everywhere).flatMap(namedParsers)
  for (const fixture of fixtures) {
    if (!existsSync(expectedPath(fixture))) continue
    const expected = JSON.parse(readFileSync(expectedPath(fixture), 'utf8')) as Expected
    const known = new Set(expected.findings.map(place))
    const wrong: string[] = []
    for (const parser of await suspects(parsers, fixture)) {
      if (`${fixture.pack}/${fixture.parser}` === parser.name) continue
      const found = await readWith({ own: [parser], everywhere: [] }, fixture)
      const invented = found.findings.filter(one => !known.has(place(one)))
      if (invented.length) wrong.push(`${parser.name}: ${invented.map(one => `${place(one)} ${one.message.slice(0, 80)}`).join('; ')}`)
      if (found.tests && JSON.stringify(found.tests) !== JSON.stringify(expected.tests)) wrong.push(`${parser.name}: ${JSON.stringify(found.tests)}`)
    }
    t.same(wrong, [], fixture.name)
  }
})
