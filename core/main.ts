import { FarmError, messageOf } from './errors.ts'
import { version } from './version.ts'

interface Verb { usage: string; run(args: string[]): Promise<number> }

/** One verb, one file; only the one that is asked for is loaded. */
const verbs: Readonly<Record<string, () => Promise<Verb>>> = {
  check: () => import('./cli/check.ts'),
  serve: () => import('./cli/serve.ts'),
  parse: () => import('./cli/parse.ts'),
  packs: () => import('./cli/packs.ts'),
  token: () => import('./cli/token.ts'),
}

/** Answers the exit status. */
export async function main(args: string[]): Promise<number> {
  const [name = '--help', ...rest] = args
  try {
    if (name === '--version') return say(`crafting-table ${version}`)
    if (name === '--help' || name === '-h' || name === 'help') return say(await overview())
    const load = Object.hasOwn(verbs, name) ? verbs[name] : undefined
    if (!load) throw new FarmError('invalid', `There is no verb ${name}`, { hint: `Verbs: ${Object.keys(verbs).join(', ')}. See --help.` })
    const verb = await load()
    if (rest.includes('--help') || rest.includes('-h')) return say(`crafting-table ${verb.usage}`)
    return await verb.run(rest)
  } catch (error) {
    process.stderr.write(`crafting-table: ${explain(error)}\n`)
    return 2
  }
}

function say(text: string): number {
  process.stdout.write(`${text}\n`)
  return 0
}

async function overview(): Promise<string> {
  const usages = await Promise.all(Object.values(verbs).map(async load => (await load()).usage.split('\n')[0]))
  return `crafting-table VERB …\n\n${usages.map(usage => `  ${usage}`).join('\n')}\n\ncrafting-table VERB --help tells more.`
}

function explain(error: unknown): string {
  if (process.env.CRAFTING_DEBUG && error instanceof Error && error.stack) return error.stack
  if (error instanceof FarmError) return error.hint ? `${error.message}\n${error.hint}` : error.message
  // node:util's parseArgs explains itself.
  return messageOf(error)
}
