import t from 'tap'
import { extract } from '../../core/findings/extract.ts'
import { builtinPluginsDir, loadPlugins, parsersFor, type Parsers } from '../../core/plugins.ts'

const { packs } = await loadPlugins([builtinPluginsDir])
const all: Parsers = { own: parsersFor(packs, undefined).fallback ?? [], everywhere: parsersFor(packs, undefined).everywhere }

async function milliseconds(text: string, parsers: Parsers): Promise<number> {
  const log = text.split('\n').map(line => ({ text: line, stream: 'stdout' as const }))
  const began = performance.now()
  await extract({ log: [log], parsers, place: { root: '/repo', directory: '' } })
  return performance.now() - began
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
    const small = Math.max(floorMs, await milliseconds(shape(16_000), all))
    const large = await milliseconds(shape(64_000), all)
    t.ok(large < small * mostGrowth, `${name}: ${Math.round(small)} ms, four times as long ${Math.round(large)} ms`)
  }
})

t.test('many lines that only begin a document take no more than their number', async t => {
  for (const line of ['[', '{', '{"a":', '<a>', '{"a": [', '[{']) {
    const small = Math.max(floorMs, await milliseconds(`${line}\n`.repeat(5000), parsersFor(packs, undefined)))
    const large = await milliseconds(`${line}\n`.repeat(20_000), parsersFor(packs, undefined))
    t.ok(large < small * mostGrowth, `${line}: ${Math.round(small)} ms, four times as many ${Math.round(large)} ms`)
  }
})

