import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import type { Finding, LanguagePack } from '../../core/contract.ts'
import { messageOf } from '../../core/errors.ts'
import { extract, type Extracted } from '../../core/findings/extract.ts'
import { namedParsers, parsersFor, type NamedParser, type Parsers } from '../../core/plugins.ts'
import { readFaults } from '../../core/smoke/faults.ts'
import { expectedPath, fixturesOf, packFolder, packs, type Fixture } from '../support/packs.ts'

// Every folder under plugins/ is held to this, none is named here; so is one in a folder of CRAFTING_PLUGINS_DIR.
// UPDATE=1 writes what the parsers say now, UPDATE=<pack> that of one pack; read the difference.
const update = process.env.UPDATE
// Every parser reads every fixture.
t.setTimeout(540_000)

interface Expected { findings: Finding[]; tests: Extracted['tests'] }

const fixtures = packs.flatMap(pack => fixturesOf(pack.name))

async function readWith(parsers: Parsers, { text }: Fixture): Promise<Expected> {
  const log = text.replace(/\n$/, '').split('\n').map(line => ({ text: line, stream: 'stdout' as const }))
  const { findings, tests } = await extract({ log: [log], parsers, place: { root: '/workspace', directory: '' } })
  return { findings, tests }
}

/** By its .json. */
function readsAnything(fixture: Fixture): boolean {
  if (!existsSync(expectedPath(fixture))) return false
  const { findings, tests } = JSON.parse(readFileSync(expectedPath(fixture), 'utf8')) as Expected
  return findings.length > 0 || tests !== null
}

const place = ({ file, line, rule }: Finding) => `${file ?? ''}:${line ?? ''}${file === undefined ? rule ?? '' : ''}`

/** What a folder of a language lacks, or has that cannot be so. */
function lacks(pack: LanguagePack, folder: string): string[] {
  const faults: string[] = []
  if (pack.recipes.length === 0) faults.push('index.ts: a language has a recipe')
  for (const script of ['toolchain.sh', 'smoke.sh']) {
    const path = join(folder, script)
    if (!existsSync(path)) faults.push(`${script} is missing`)
    else if (spawnSync('bash', ['-n', path]).status !== 0) faults.push(`${script} is no bash script: bash -n`)
  }
  const project = join(folder, 'smoke')
  if (!existsSync(project) || readdirSync(project).length === 0) faults.push('smoke/ is missing: a tiny project with a fault of each kind')
  try {
    for (const fault of readFaults(folder)) {
      if (fault.file !== undefined && !existsSync(join(project, fault.file))) faults.push(`smoke.json: there is no smoke/${fault.file}`)
      if (!pack.recipes.some(recipe => recipe.name === fault.recipe)) faults.push(`smoke.json: there is no recipe ${fault.recipe}`)
    }
  } catch (error) { faults.push(messageOf(error).replace(`${folder}/`, '')) }
  return faults
}

for (const pack of packs) {
  const folder = packFolder(pack.name)
  const own = fixtures.filter(fixture => fixture.pack === pack.name)

  t.test(pack.name, async t => {
    t.ok(existsSync(join(folder, 'README.md')), 'has a README.md')
    if (!pack.everywhere) t.same(lacks(pack, folder), [], 'has what a language needs')
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
    for (const name of Object.keys(pack.parsers)) t.ok(own.some(fixture => fixture.parser === name && readsAnything(fixture)), `parser ${name} reads something in one of its fixtures`)
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
