import { FarmError, messageOf } from './errors.ts'

interface Verb {
  usage: string
  /** Returns the exit status. */
  run(args: string[]): Promise<number>
}

/** One verb, one file; only the one that is asked for is loaded. */
const verbs: Readonly<Record<string, () => Promise<Verb>>> = {
  check: () => import('./cli/check.ts'),
  serve: () => import('./cli/serve.ts'),
  parse: () => import('./cli/parse.ts'),
  bisect: () => import('./cli/bisect.ts'),
  packs: () => import('./cli/packs.ts'),
  accept: () => import('./cli/accept.ts'),
  import: () => import('./cli/import.ts'),
  'import-sarif': () => import('./cli/import-sarif.ts'),
  smoke: () => import('./cli/smoke.ts'),
  token: () => import('./cli/token.ts'),
  backup: () => import('./cli/backup.ts'),
  restore: () => import('./cli/restore.ts'),
}

/** Runs the verb that the first argument names. Returns the exit status; 2 is a fault of the caller's. */
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
    const verb = Object.hasOwn(verbs, name) ? await verbs[name]?.() : (await serviceVerbs())[name]
    if (!verb) throw new FarmError('invalid', `there is no verb "${name}"`, { hint: `known: ${[...Object.keys(verbs), ...Object.keys(await serviceVerbs())].join(', ')}` })
    if (args.includes('--help') || args.includes('-h')) {
      process.stdout.write(`usage: crafting-table ${verb.usage.trimStart()}\n`)
      return 0
    }
    return await verb.run(args)
  } catch (error) {
    return told(error)
  }
}

/** Loaded only where no verb of the core is meant: all plugins have to be. */
async function serviceVerbs(): Promise<Record<string, Verb>> {
  const { verbsOfServices } = await import('./cli/service-verbs.ts')
  return verbsOfServices()
}

async function help(): Promise<string> {
  const all = [...await Promise.all(Object.values(verbs).map(load => load())), ...Object.values(await serviceVerbs())]
  const usages = all.map(verb => verb.usage.split('\n', 1)[0] ?? '')
  return `usage: crafting-table VERB …\n\n${usages.map(usage => `  ${usage}\n`).join('')}\ncrafting-table VERB --help says more\n`
}

function told(error: unknown): number {
  const debug = process.env.CRAFTING_DEBUG === '1'
  const hint = error instanceof FarmError ? error.hint : undefined
  const stack = debug && error instanceof Error ? error.stack : undefined
  process.stderr.write(`crafting-table: ${stack ?? messageOf(error)}\n${hint === undefined ? '' : `  ${hint}\n`}`)
  return 2
}

/** `crafting-table … | head` is no fault. */
function quietPipe(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE') process.exit(0)
  throw error
}
