import { parseArgs } from 'node:util'
import { restore } from '../backup.ts'
import { readConfig } from '../config.ts'
import { FarmError } from '../errors.ts'

export const usage = `restore FILE [--replace]   fills CRAFTING_DATA_DIR from a backup

No farm may be at work there. A directory that is not empty is refused; with --replace it is kept under another name.
Jobs that ran when the backup was made are found stranded at the next start, as after a crash.`

export async function run(args: string[]): Promise<number> {
  const { values, positionals: [file, ...more] } = parseArgs({ args, strict: true, allowPositionals: true, options: { replace: { type: 'boolean', default: false } } })
  if (file === undefined || more.length) throw new FarmError('invalid', 'Name one file', { hint: `Usage: crafting-table ${usage.split('\n', 1)[0]}` })
  const config = readConfig()
  const { kept } = await restore(config, file, values)
  process.stdout.write(`${config.dataDir} is filled from ${file}\n${kept === null ? '' : `what was there is now ${kept}\n`}`)
  return 0
}
