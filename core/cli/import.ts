import { parseArgs } from 'node:util'
import { readConfig } from '../config.ts'
import { importDefinitions, importer, type Imported } from '../definitions/import.ts'
import { FarmError } from '../errors.ts'
import { openFarm } from '../farm.ts'
import { verbLogger } from '../logger.ts'
import { plain } from '../terminal/text.ts'

export const usage = `import PATH… [--json]   create or update projects from YAML definitions: files, or directories of *.yml

Works on the ledger in CRAFTING_DATA_DIR, whether a server runs or not. New projects belong to the first admin; one that exists keeps its owner and
its jobs. A definition that fails is reported and stops no other. CRAFTING_RECIPES_DIR does the same at each start of \`serve\`.
Exit status: 0 all taken, 1 some failed, 2 could not run.`

export async function run(args: string[]): Promise<number> {
  const { values: option, positionals: paths } = parseArgs({ args, strict: true, allowPositionals: true, options: { json: { type: 'boolean' } } })
  if (paths.length === 0) throw new FarmError('invalid', 'nothing to import', { hint: `usage: crafting-table ${usage.split('\n', 1)[0]}` })
  const farm = await openFarm(readConfig(), { kind: 'check', log: await verbLogger() })
  try {
    const done = await importDefinitions(farm, importer(farm), paths)
    if (option.json) process.stdout.write(`${JSON.stringify({ definitions: done }, null, 2)}\n`)
    else for (const one of done) print(one)
    return done.some(one => one.state === 'failed') ? 1 : 0
  } finally {
    await farm.close({ drainMs: 0 })
  }
}

function print({ file, project, state, message = '', hint }: Imported): void {
  if (state !== 'failed') process.stdout.write(`${state.padEnd(9)} ${project ?? ''} (${plain(file)})\n`)
  else process.stderr.write(`${state.padEnd(9)} ${message.split('\n').map(plain).join('\n          ')}\n${hint === undefined ? '' : `          ${hint}\n`}`)
}
