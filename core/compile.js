// TypeScript without a build step: a source and all that it imports is joined by esbuild into a few files of a cache, which are used
// until one of the sources changes. Import hooks, the other way, cost each start half a second and each server 40 MB.
import { createHash, randomBytes } from 'node:crypto'
import { accessSync, constants, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const self = fileURLToPath(import.meta.url)
const root = resolve(dirname(self), '..')

// Not as one word: this file is compiled too.
const meta = ['import', 'meta', ''].join('.')

/** What plugins anywhere on disk may import by this package's name. */
const rooms = { 'crafting-table/contract': join(root, 'core/contract.ts'), 'crafting-table/parse': join(root, 'core/parse/index.ts'), 'crafting-table/service': join(root, 'core/service.ts') }

/**
 * The URL to import in place of `entry`, the absolute path of a .ts or .js file.
 * @param {string} entry
 * @returns {Promise<string>}
 */
export async function compiled(entry) {
  const name = createHash('sha256').update(`${entry}\0${self}`).digest('hex').slice(0, 16)
  for (const directory of cacheDirectories) {
    const known = current(join(directory, name))
    if (known !== undefined) return known
  }
  return build(entry, join(writableCache(), name))
}

/** Beside the packages, where an installation may have left builds that its users only read; and in the user's cache. */
const cacheDirectories = [join(root, 'node_modules/.cache/crafting-table'), join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'crafting-table/code')]

function writableCache() {
  for (const directory of cacheDirectories) {
    try {
      mkdirSync(directory, { recursive: true })
      accessSync(directory, constants.W_OK)
      return directory
    } catch { /* the next one */ }
  }
  throw new Error('no cache directory can be written: set XDG_CACHE_HOME to a place that this user may write')
}

/**
 * The last build, if none of its sources has changed since.
 * @param {string} directory
 */
function current(directory) {
  try {
    const { output, sources } = /** @type {{ output: string, sources: Record<string, string> }} */ (JSON.parse(readFileSync(join(directory, 'manifest.json'), 'utf8')))
    const same = Object.entries(sources).every(([path, stamp]) => stampOf(path) === stamp)
    statSync(output)
    return same ? pathToFileURL(output).href : undefined
  } catch { return undefined }
}

/** @param {string} path */
function stampOf(path) {
  const { mtimeMs, size } = statSync(path)
  return `${mtimeMs} ${size}`
}

/**
 * @param {string} entry
 * @param {string} directory
 */
async function build(entry, directory) {
  const { build, stop } = await import('esbuild')
  const name = randomBytes(8).toString('hex')
  try {
    const { metafile } = await build({
      entryPoints: [entry], outdir: join(directory, name), outExtension: { '.js': '.mjs' }, bundle: true, splitting: true, format: 'esm', platform: 'node', target: 'node20',
      conditions: ['node'], sourcemap: true, metafile: true, logLevel: 'silent', absWorkingDir: root, plugins: [{ name: 'sources', setup }],
    })
    const sources = Object.fromEntries([...Object.keys(metafile.inputs).map(path => resolve(root, path)), self].map(path => [path, stampOf(path)]))
    const output = Object.entries(metafile.outputs).find(([, { entryPoint }]) => entryPoint !== undefined && resolve(root, entryPoint) === entry)?.[0] ?? ''
    const manifest = join(directory, `${name}.json`)
    writeFileSync(manifest, JSON.stringify({ output: resolve(root, output), sources }))
    renameSync(manifest, join(directory, 'manifest.json'))
    forget(directory)
    return pathToFileURL(resolve(root, output)).href
  } finally { await stop() }
}

/** @param {import('esbuild').PluginBuild} build */
function setup(build) {
  build.onResolve({ filter: /^[^./]/ }, async ({ path, importer, resolveDir, kind, pluginData }) => {
    if (pluginData === 'ours' || kind === 'entry-point') return undefined
    if (path.startsWith('node:')) return { path, external: true }
    if (Object.hasOwn(rooms, path)) return { path: rooms[/** @type {keyof typeof rooms} */ (path)] }
    const found = await build.resolve(path, { kind, importer, resolveDir, pluginData: 'ours' })
    // Packages stay where they are; their place is written out, because the cache has no node_modules.
    return found.errors.length || !found.path.startsWith('/') ? found : { path: pathToFileURL(found.path).href, external: true }
  })
  build.onLoad({ filter: /\.[cm]?[jt]s$/ }, ({ path }) => ({
    contents: readFileSync(path, 'utf8').replaceAll(`${meta}dirname`, JSON.stringify(dirname(path))).replaceAll(`${meta}url`, JSON.stringify(pathToFileURL(path).href)),
    loader: path.endsWith('s') && /\.[cm]?ts$/.test(path) ? 'ts' : 'js',
  }))
}

/**
 * Keeps the newest builds: a server that runs may still have to load a part of its own.
 * @param {string} directory
 */
function forget(directory) {
  const builds = readdirSync(directory, { withFileTypes: true }).filter(one => one.isDirectory()).map(one => join(directory, one.name))
  const newest = builds.map(path => ({ path, time: statSync(path).mtimeMs })).toSorted((a, b) => b.time - a.time)
  for (const { path } of newest.slice(5)) rmSync(path, { recursive: true, force: true })
}

