import { spawnSync } from 'node:child_process'
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

const layers = (...words: string[]) => spawnSync('bash', [join(root, 'plugins/layers.sh'), ...words], { encoding: 'utf8' })
const packs = readdirSync(join(root, 'plugins')).filter(name => existsSync(join(root, 'plugins', name, 'toolchain.sh')))
const inOrder = ['any', ...packs.filter(name => name !== 'any').toSorted()]
/** What `layers.sh split` lays out: the packs of each layer, in the order of their numbers. */
const laidOut = (directory: string) => readdirSync(directory).toSorted().map(number => existsSync(join(directory, number, 'layers'))
  ? readFileSync(join(directory, number, 'layers', number), 'utf8').trim().split('\n') : [])

t.test('the Dockerfile has a layer for each toolchain, and names none', async t => {
  const image = textOf('Dockerfile')
  const count = Number(/layers\.sh split (?<count>\d+) /.exec(image)?.groups?.count)
  const wanted = Array.from({ length: count }, (_, index) => String(index + 1).padStart(2, '0'))
  t.same([...image.matchAll(/^COPY --from=scripts \/layers\/(?<number>\d+) \.\/\nRUN bash layers\.sh install \k<number>$/gm)].map(({ groups }) => groups?.number), wanted)
  t.ok(packs.length < count, 'a twelfth finds room')
  const stage = image.slice(image.indexOf('AS toolchains'), image.lastIndexOf('\nFROM '))
  for (const pack of packs) t.notMatch(stage.replaceAll('RUN bash', ''), new RegExp(`\\b${pack}\\b`), pack)
})

t.test('layers.sh: a toolchain a layer, those asked for and what is for all', async t => {
  const directory = t.testdir({})
  t.equal(layers('split', '20', join(root, 'plugins'), join(directory, 'all')).status, 0)
  t.same(laidOut(join(directory, 'all')), Array.from({ length: 20 }, (_, index) => inOrder.slice(index, index + 1)), 'a number without a pack is there too, for the Dockerfile to copy')
  const [, first = '', second = ''] = inOrder
  layers('split', '4', join(root, 'plugins'), join(directory, 'two'), second, first)
  t.same(laidOut(join(directory, 'two')), [['any'], [first], [second], []], 'in an order of its own')
  layers('split', '2', join(root, 'plugins'), join(directory, 'few'))
  t.same(laidOut(join(directory, 'few')), [['any'], inOrder.slice(1)], 'the last takes all that are left')
  const refused = layers('split', '20', join(root, 'plugins'), join(directory, 'none'), `${first}x`)
  t.equal(refused.status, 1)
  t.match(refused.stderr, `there is no pack ${first}x; there are: any ${first} `)
})

t.test('layers.sh: what cannot be had fails the build, or is noted', async t => {
  const pack = (run: string) => ({ 'toolchain.sh': `${run}\n` })
  const bed = t.testdir({
    plugins: {
      'any': pack('true'),
      'half': pack('. "$(dirname "$(realpath "$0")")/../install.sh"\nstep good true\nstep "bad one" false\nstep worse false\nfinish'),
      'mute': pack('exit 3'),
      'well': pack('echo "$WORD $HOME" >"$CRAFTING_TOOLS/well"'),
    },
    home: {},
    tools: {},
    bin: { 'apt-get': '#!/bin/sh\n', rm: '#!/bin/sh\n' },
  })
  // What it clears on a machine is not cleared on this one.
  const run = (partial: string, number: string) => spawnSync('bash', ['-c', 'chmod 755 "$1"/bin/*; PATH="$1/bin:$PATH" bash "$1/image/layers.sh" install "$2"', 'bash', bed, number], {
    encoding: 'utf8', env: { ...process.env, TMPDIR: join(bed, 'home'), PARTIAL: partial, TOOLCHAIN_ENV: 'WORD=said', CRAFTING_TOOLS: join(bed, 'tools'), CRAFTING_BIN: join(bed, 'tools') },
  })
  t.equal(layers('split', '6', join(bed, 'plugins'), join(bed, 'split')).status, 0)
  spawnSync('bash', ['-c', 'mkdir "$1/image" && cp -r "$1"/split/*/. "$1/image/" && cp "$2"/plugins/layers.sh "$2"/plugins/install.sh "$1/image/"', 'bash', bed, root.replace(/\/$/, '')])
  const strict = run('', '02')
  t.equal(strict.status, 1)
  t.match(strict.stderr, 'half: not installed: bad one, worse\nhalf is not whole: PARTIAL=1 goes on')
  t.same([run('1', '02').status, run('1', '03').status, run('1', '04').status, run('1', '06').status], [0, 0, 0, 0])
  t.equal(readFileSync(join(bed, 'image/missing'), 'utf8'), 'half: not installed: bad one, worse\nhalf: not installed: bad one, worse\nmute: not whole\n')
  t.match(readFileSync(join(bed, 'tools/well'), 'utf8'), `said ${join(bed, 'home')}/`, 'with its variables, in a home of its own')
})

t.test('the farm\'s own Node is one that it runs on, and not what the pack ts brings', async t => {
  const own = /^ARG NODE=(?<version>\S+)$/m.exec(textOf('Dockerfile'))?.groups?.version ?? ''
  const { engines } = JSON.parse(textOf('package.json')) as { engines: { node: string } }
  const [from = '', below = ''] = [...engines.node.matchAll(/[\d.]+/g)].map(([text]) => text)
  t.ok(engines.node === `>=${from} <${below}` && own.localeCompare(from, 'en', { numeric: true }) > 0 && own.localeCompare(below, 'en', { numeric: true }) < 0, `${own} is ${engines.node}`)
  t.match(textOf('Dockerfile'), /^CMD \["\/usr\/local\/lib\/crafting-table\/node",/m, 'by its path')
  t.match(textOf('docs/container.md'), `Node ${own}`)
})

const noCompose = spawnSync('docker', ['compose', 'version']).status !== 0 && 'docker compose is not installed'
t.test('Compose takes compose.yml, with and without an .env', { skip: noCompose }, async t => {
  const config = (...words: string[]) => spawnSync('docker', ['compose', '--file', join(root, 'compose.yml'), ...words, 'config', '--format', 'json'], { encoding: 'utf8' })
  const plain = config('--env-file', '/dev/null')
  t.equal(plain.status, 0, plain.stderr)
  t.equal(plain.stderr, '')
  // Every variable as .env.example has it.
  const file = join(t.testdir({ env: textOf('.env.example').replaceAll(/^#(?=[A-Z])/gm, '') }), 'env')
  t.same(JSON.parse(config('--env-file', file).stdout), JSON.parse(plain.stdout))
})

t.test('a pack\'s page names the versions that its toolchain.sh pins', async t => {
  for (const pack of packs) {
    const told = /^## Toolchain\n\n(?<text>.*)\n/m.exec(textOf(`plugins/${pack}/README.md`))?.groups?.text ?? ''
    t.match(told, /`toolchain\.sh` installs .* In the image: \d+ MB/, pack)
    // Debian's versions are Debian's to change. Of Maven's plugin that fetches the rest, and of the oldest Node that is left in place, nobody needs to know.
    const pinned = new Set(textOf(`plugins/${pack}/toolchain.sh`).match(/(?<=^\w+=(?:\$\{\w+:-)?)\d+(?:\.\d+)+\S*?(?=\}?$)/gm))
    t.same([...pinned].filter(version => !['3.8.1', '20.19'].includes(version) && !told.includes(` ${version}`)), [], pack)
  }
})
