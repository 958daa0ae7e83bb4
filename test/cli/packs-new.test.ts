import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { command } from '../support/command.ts'
import { farmEnvironment } from '../support/server.ts'
import { testdir } from '../support/temporary.ts'

t.setTimeout(120_000)
const project = fileURLToPath(new URL('../../', import.meta.url))

t.test('a new pack loads as it is, and the contract names what is missing', async t => {
  const root = testdir(t)
  const plugins = join(root, 'plugins')
  const made = await command(root, ['packs', 'new', 'zig', '--tool', 'zig-lint', '--marker', 'build.zig', '--dir', plugins])
  t.equal(made.status, 0, made.stderr)
  t.match(made.stdout, new RegExp(`CRAFTING_PLUGINS_DIR=${plugins} UPDATE=zig node `))
  t.same(readdirSync(join(plugins, 'zig')).toSorted(), ['README.md', 'index.ts', 'package.json', 'smoke.json', 'smoke.sh', 'toolchain.sh', 'zig-lint.ts'])

  const { packs } = JSON.parse((await command(root, ['packs', '--json'], { CRAFTING_PLUGINS_DIR: plugins })).stdout)
  t.match(packs.find((pack: { name: string }) => pack.name === 'zig'), { title: 'Zig', markers: ['build.zig'], parsers: ['zig-lint'], tools: [{ name: 'zig-lint', version: null }] })

  const contract = spawnSync(process.execPath, ['--import', 'tsx', join(project, 'test/contract/packs.test.ts')], { cwd: project, encoding: 'utf8', maxBuffer: 2 ** 28, env: { ...farmEnvironment(root, { CRAFTING_PLUGINS_DIR: plugins }), TAP_DIAG: '1' } })
  t.not(contract.status, 0)
  const faults = contract.stdout.split('\n').filter(line => /^ *not ok /.test(line)).map(line => line.trim().replace(/^not ok \d+ - /, ''))
  t.same(faults.filter(line => !line.startsWith('zig #')), ['has what a language needs', 'parser zig-lint has a fixture: fixtures/zig-lint.<case>.in', 'parser zig-lint reads something in one of its fixtures'])
  t.match(contract.stdout, /smoke\/ is missing: a tiny project/)
  t.match(contract.stdout, /smoke\.json: faults: must name a fault/)

  const { status, stdout } = await command(root, ['smoke', 'zig'], { CRAFTING_PLUGINS_DIR: plugins })
  t.equal(status, 1)
  t.match(stdout, /missing +zig-lint: apt install zig-lint/)
})

t.test('what cannot be a pack is refused, and leaves nothing behind', async t => {
  const root = testdir(t)
  const make = (...args: string[]) => command(root, ['packs', 'new', ...args, '--dir', join(root, 'plugins')])
  for (const [args, message] of [
    [[], /one name/],
    [['Zig/..'], /must be lower case/],
    [['zig', '--extension', 'zig'], /an extension with its dot/],
    [['zig', '--tool', '$(id)'], /the name of a program/],
    [['py'], /the name or alias "py" is taken/],
  ] as const) {
    const ran = await make(...args)
    t.equal(ran.status, 2, args.join(' '))
    t.match(ran.stderr, message)
  }
  t.equal((await make('zig')).status, 0)
  t.match((await make('zig')).stderr, /plugins\/zig exists/)
  t.same(readdirSync(join(root, 'plugins')), ['zig'])
})
