import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import t from 'tap'

const root = fileURLToPath(new URL('../../', import.meta.url))
const read = (file: string) => JSON.parse(readFileSync(root + file, 'utf8')) as Record<string, unknown>

interface Package { version?: string; integrity?: string; resolved?: string; license?: string; dev?: boolean; hasInstallScript?: boolean; dependencies?: Record<string, string>; devDependencies?: Record<string, string> }

const locked = Object.entries(read('package-lock.json').packages as Record<string, Package>)
const nameOf = (path: string) => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)
const packages = locked.filter(([path]) => path !== '').map(([path, one]) => ({ ...one, path, name: nameOf(path) }))

t.test('the lock file is complete, and names no registry', async t => {
  const manifest = read('package.json') as Package
  const own = locked.find(([path]) => path === '')?.[1]
  t.same(own?.dependencies, manifest.dependencies)
  t.same(own?.devDependencies, manifest.devDependencies)
  t.same(packages.filter(one => one.resolved !== undefined).map(one => one.name), [])
  // The linter's builds for other machines: the lock file was written where these could not be had.
  t.same(packages.filter(one => !one.integrity && !one.name.startsWith('@oxlint/binding-')).map(one => one.name), [])
  t.same(packages.filter(one => !one.version).map(one => one.name), [])
})

t.test('only what has native parts runs anything when it is installed', async t => {
  const native = ['better-sqlite3', 'esbuild']
  t.same(packages.filter(one => one.hasInstallScript && !one.dev).map(one => one.name).toSorted(), native)
  const allowed = Object.keys(read('package.json').allowScripts as object)
  for (const name of native) t.ok(allowed.includes(name), `${name} is allowed by name`)
})

t.test('what is shipped may be shipped: its licences', async t => {
  const allowed = new Set(['MIT', 'MIT-0', 'ISC', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', '0BSD', 'BlueOak-1.0.0', 'CC0-1.0', 'Unlicense'])
  /** `(A OR B)` leaves the choice. */
  const isAllowed = (license = '') => license.replaceAll(/[()]/g, '').split(' OR ').some(one => allowed.has(one))
  const shipped = packages.filter(one => !one.dev)
  t.ok(shipped.length > 50, `${shipped.length} packages`)
  t.same(shipped.filter(one => !isAllowed(one.license)).map(one => `${one.name}: ${one.license}`), [])
})

t.test('the bill of materials names every package that the farm asks for', async t => {
  const scripts = read('package.json').scripts as Record<string, string>
  const [program = '', ...args] = (scripts.sbom ?? '').split(' ')
  const bill = JSON.parse(execFileSync(program, args, { cwd: root, encoding: 'utf8', maxBuffer: 2 ** 26 })) as { bomFormat: string; components: { name: string; version: string; purl: string; hashes?: unknown[]; properties?: unknown[] }[] }
  t.equal(bill.bomFormat, 'CycloneDX')
  const listed = new Map(bill.components.map(one => [decodeURIComponent(one.purl), one]))
  for (const name of Object.keys((read('package.json') as Package).dependencies ?? {})) {
    const version = packages.find(one => one.path === `node_modules/${name}`)?.version
    t.match(listed.get(`pkg:npm/${name}@${version}`), { version, hashes: [{}] }, name)
  }
  for (const name of ['tap', 'oxlint']) t.match(bill.components.find(one => one.name === name)?.properties, [{ name: 'cdx:npm:package:development', value: 'true' }], `${name} is marked as not shipped`)
})
