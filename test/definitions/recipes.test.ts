import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { jsonSchemas, repositoryFile } from '../../core/definitions/shape.ts'
import { readYaml } from '../../core/definitions/yaml.ts'
import { projectIn } from '../../core/schemas.ts'
import { command } from '../support/command.ts'
import { testdir } from '../support/temporary.ts'

const folder = fileURLToPath(new URL('../../recipes/', import.meta.url))
const definitions = readdirSync(folder).filter(name => name.endsWith('.yml'))

t.test('the JSON Schemas are those that requests are checked with; UPDATE=1 writes them', async t => {
  for (const [name, schema] of Object.entries(jsonSchemas())) {
    const text = `${JSON.stringify(schema, null, 2)}\n`
    if (process.env.UPDATE === '1') writeFileSync(join(folder, name), text)
    t.equal(readFileSync(join(folder, name), 'utf8'), text, name)
  }
})

t.test('every definition is taken, once; again it is unchanged', async t => {
  const root = testdir(t)
  const first = await command(root, ['import', folder, '--json'])
  t.equal(first.status, 0, first.stderr)
  const states = ({ stdout }: { stdout: string }) => (JSON.parse(stdout).definitions as { project: string; state: string }[]).map(one => `${one.project} ${one.state}`)
  const names = definitions.map(name => name.replace('.yml', '')).toSorted()
  t.same(states(first), names.map(name => `${name} created`))
  t.same(states(await command(root, ['import', folder, '--json'])), names.map(name => `${name} unchanged`))
  for (const name of definitions) t.match(readFileSync(join(folder, name), 'utf8'), /^# yaml-language-server: \$schema=project\.schema\.json\n/, `${name} names its schema`)
})

t.test('docs/recipes.md: its examples are taken', async t => {
  const page = readFileSync(join(folder, '../docs/recipes.md'), 'utf8')
  const examples = [...page.matchAll(/^```yaml\n(?<text>[\s\S]*?)^```/gm)].map(found => found.groups?.text ?? '')
  t.equal(examples.length, 2)
  t.match(readYaml(examples[0] ?? '', 'example', projectIn), { name: 'clawdforge', subprojects: [{ audit: null }] })
  t.match(readYaml(examples[1] ?? '', 'example', repositoryFile), { languages: ['python'] })
})
