import { existsSync } from 'node:fs'
import { chmod, mkdir, rm, writeFile } from 'node:fs/promises'
import { join, relative, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { FarmError, messageOf } from '../errors.ts'
import { builtinPluginsDir, readPlugins } from '../plugins.ts'
import { scaffold, type Wish } from '../scaffold.ts'

export const usage = `packs new NAME [--title TEXT] [--tool PROGRAM] [--extension .EXT]… [--marker FILE]… [--dir DIR]

Writes a folder NAME that loads as a language pack: what can be known is filled in, and the contract tests name what is missing.
DIR is where packs lie (default: the farm's own plugins/); any other belongs into CRAFTING_PLUGINS_DIR. TOOL is what its first parser reads.`

export async function newPack(args: string[]): Promise<number> {
  const { values: option, positionals: [name, ...more] } = parseArgs({
    args, strict: true, allowPositionals: true,
    options: { title: { type: 'string' }, tool: { type: 'string' }, extension: { type: 'string', multiple: true }, marker: { type: 'string', multiple: true }, dir: { type: 'string' } },
  })
  if (name === undefined || more.length) throw new FarmError('invalid', 'one name, please', { hint: `usage: crafting-table ${usage.split('\n', 1)[0]}` })
  const directory = resolve(option.dir ?? builtinPluginsDir)
  const wish: Wish = {
    name: checked(name, /^[a-z][a-z0-9-]{0,31}$/, 'lower case letters, digits and dashes, such as zig'),
    title: option.title ?? name.replace(/^./, first => first.toUpperCase()),
    tool: checked(option.tool ?? `${name}-lint`, /^[A-Za-z][A-Za-z0-9_.+-]{0,63}$/, 'the name of a program'),
    extensions: (option.extension ?? [`.${name}`]).map(one => checked(one, /^\.[A-Za-z0-9.+_-]+$/, 'an extension with its dot, such as .zig')),
    markers: (option.marker ?? []).map(one => checked(one, /^[^/\s']+$/, 'the name of a file, without a /')),
    builtin: directory === resolve(builtinPluginsDir),
  }
  const folder = join(directory, name)
  if (existsSync(folder)) throw new FarmError('invalid', `${folder} exists`, { hint: 'Choose another name, or remove it.' })
  await write(folder, scaffold(wish))
  await mustLoad(directory, folder)
  process.stdout.write(nextSteps(folder, directory, wish))
  return 0
}

function checked(text: string, form: RegExp, words: string): string {
  if (form.test(text)) return text
  throw new FarmError('invalid', `${JSON.stringify(text.slice(0, 100))}: must be ${words}`)
}

async function write(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  try {
    await mkdir(folder, { recursive: true })
    for (const [name, text] of Object.entries(files)) {
      const path = join(folder, name)
      await writeFile(path, text, { flag: 'wx' })
      if (name.endsWith('.sh')) await chmod(path, 0o755)
    }
  } catch (error) {
    throw new FarmError('unavailable', `${folder} cannot be written: ${messageOf(error)}`, { cause: error, hint: 'Name another place with --dir, and that place in CRAFTING_PLUGINS_DIR.' })
  }
}

/** A name or alias may be taken by a pack of the farm. */
async function mustLoad(directory: string, folder: string): Promise<void> {
  const { faults } = await readPlugins([...new Set([builtinPluginsDir, directory])])
  const own = faults.filter(fault => fault.includes(folder))
  if (own.length === 0) return
  await rm(folder, { recursive: true })
  throw new FarmError('invalid', own.join('\n'))
}

function nextSteps(folder: string, directory: string, { name, tool, builtin }: Wish): string {
  const variable = builtin ? '' : `CRAFTING_PLUGINS_DIR=${directory} `
  const root = resolve(builtinPluginsDir, '..')
  return `${folder}: index.ts, ${tool}.ts, README.md, smoke.json, smoke.sh, toolchain.sh

Next, in this order:
  1. index.ts       the recipes: what to run, and when
  2. smoke/         a tiny project with a fault of each kind; smoke.json names them
  3. fixtures/      what the tools say of it: fixtures/${tool}.<case>.in; then ${tool}.ts, until it reads them
  4. smoke.sh, toolchain.sh, README.md
What is missing, and whether it works (in ${relative(process.cwd(), root) || '.'}):
  ${variable}UPDATE=${name} node --import tsx test/contract/packs.test.ts
  ${variable}node bin/crafting-table.js smoke ${name}
docs/packs.md tells the rest.
`
}
