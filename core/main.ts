import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { FarmError, messageOf } from './errors.ts'

interface Verb {
  usage: string
  /** Returns the exit status. */
  run(args: string[]): Promise<number>
}

const directory = join(import.meta.dirname, 'cli')

/** Runs the verb that the first argument names: one verb, one file under core/cli/. Returns the exit status; 2 is a fault of the caller's. */
export async function main([name, ...args]: string[]): Promise<number> {
  process.stdout.on('error', quietPipe)
  try {
    if (name === '--version' || name === '-v') {
      const { version } = await import('./version.ts')
      process.stdout.write(`${version}\n`)
      return 0
    }
    if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
      process.stdout.write(await help())
      return name === undefined ? 2 : 0
    }
    const verb = await verbOf(name)
    if (!verb) throw new FarmError('invalid', `there is no verb "${name}"`, { hint: `known: ${verbNames().join(', ')}` })
    if (args.includes('--help') || args.includes('-h')) {
      process.stdout.write(`usage: crafting-table ${verb.usage.trimStart()}\n`)
      return 0
    }
    return await verb.run(args)
  } catch (error) {
    return told(error)
  }
}

/** Files that export no `run` (a terminal's colours, a report's layout) are no verbs. */
async function verbOf(name: string): Promise<Verb | undefined> {
  if (!verbNames().includes(name)) return undefined
  const module = await import(pathToFileURL(join(directory, `${name}.ts`)).href) as Partial<Verb>
  return module.run && module.usage !== undefined ? module as Verb : undefined
}

function verbNames(): string[] {
  return readdirSync(directory).filter(file => /^[a-z-]+\.ts$/.test(file)).map(file => file.slice(0, -3)).toSorted()
}

async function help(): Promise<string> {
  const verbs = await Promise.all(verbNames().map(verbOf))
  const usages = verbs.flatMap(verb => verb ? [verb.usage.split('\n', 1)[0] ?? ''] : [])
  return `usage: crafting-table VERB …\n\n${usages.map(usage => `  ${usage}\n`).join('')}\ncrafting-table VERB --help says more\n`
}

function told(error: unknown): number {
  const debug = process.env.CRAFTING_DEBUG === '1'
  const hint = error instanceof FarmError ? error.hint : undefined
  const stack = debug && error instanceof Error ? error.stack : undefined
  process.stderr.write(`crafting-table: ${stack ?? messageOf(error)}\n${hint === undefined ? '' : `  ${hint}\n`}`)
  return error instanceof FarmError || isUsage(error) ? 2 : 1
}

/** What node:util's parseArgs throws: an option that does not exist or lacks its value. */
function isUsage(error: unknown): boolean {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS_')
}

/** `crafting-table … | head` is no fault. */
function quietPipe(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE') process.exit(0)
  throw error
}
