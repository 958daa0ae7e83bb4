import t from 'tap'
import { extract } from '../../core/findings/extract.ts'
import { builtinPluginsDir, loadPlugins, parsersFor, type Parsers } from '../../core/plugins.ts'

const { packs } = await loadPlugins([builtinPluginsDir])
const all: Parsers = { own: parsersFor(packs, undefined).fallback ?? [], everywhere: parsersFor(packs, undefined).everywhere }

/** Of the processor, whatever else the machine is at. */
async function milliseconds(text: string, parsers: Parsers): Promise<number> {
  const log = text.split('\n').map(line => ({ text: line, stream: 'stdout' as const }))
  const began = process.cpuUsage()
  await extract({ log: [log], parsers, place: { root: '/repo', directory: '' } })
  return process.cpuUsage(began).user / 1000
}

/** How many times as long four times the input takes: the best of three, since a collection of garbage may fall into one. */
async function growth(text: (size: number) => string, size: number, parsers: Parsers): Promise<number> {
  let best = Infinity
  for (let round = 0; round < 3 && best >= mostGrowth; round++) {
    const small = Math.max(floorMs, await milliseconds(text(size), parsers))
    best = Math.min(best, await milliseconds(text(4 * size), parsers) / small)
  }
  return best
}

/** Four times the input may take at most so many times as long; quadratic work takes sixteen. */
const mostGrowth = 9
/** Below this the clock says more about the machine than about the work. */
const floorMs = 60

const shapes: Record<string, (size: number) => string> = {
  letters: size => 'a'.repeat(size), blanks: size => `${' '.repeat(size)}x`, colons: size => ':'.repeat(size), brackets: size => '['.repeat(size),
  'paths and colons': size => 'a/b:'.repeat(size / 4), digits: size => '1'.repeat(size), 'words and blanks': size => 'error: '.repeat(size / 7),
  parentheses: size => '('.repeat(size), quotes: size => `"${"\\'".repeat(size / 2)}`, dashes: size => '-'.repeat(size), hashes: size => '# '.repeat(size / 2),
  'a frame': size => `at ${'a.'.repeat(size / 2)}(`, escapes: size => '\x1b[3'.repeat(size / 3), tags: size => '<a '.repeat(size / 3), returns: size => 'x\r'.repeat(size / 2),
}

t.test('a line as long as a line may be takes no more than its length', async t => {
  for (const [name, shape] of Object.entries(shapes)) {
    const times = await growth(shape, 16_000, all)
    t.ok(times < mostGrowth, `${name}: four times as long takes ${times.toFixed(1)} times as long`)
  }
})

t.test('many lines that only begin a document take no more than their number', async t => {
  for (const line of ['[', '{', '{"a":', '<a>', '{"a": [', '[{']) {
    const times = await growth(count => `${line}\n`.repeat(count), 5000, parsersFor(packs, undefined))
    t.ok(times < mostGrowth, `${line}: four times as many take ${times.toFixed(1)} times as long`)
  }
})

