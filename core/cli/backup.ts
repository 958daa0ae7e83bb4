import { parseArgs } from 'node:util'
import { backup } from '../backup.ts'
import { readConfig } from '../config.ts'
import { FarmError } from '../errors.ts'

export const usage = `backup FILE   ledger, logs and admin bearer as one archive: .tar, .tar.gz or .tar.zst

Works while a server runs on CRAFTING_DATA_DIR. The archive holds secrets: only its owner may read it.`

export async function run(args: string[]): Promise<number> {
  const { positionals: [file, ...more] } = parseArgs({ args, strict: true, allowPositionals: true, options: {} })
  if (file === undefined || more.length) throw new FarmError('invalid', 'Name one file', { hint: `Usage: crafting-table ${usage.split('\n', 1)[0]}` })
  const done = await backup(readConfig(), file)
  process.stdout.write(`${done.file} ${(done.bytes / 2 ** 20).toFixed(1)} MiB\n`)
  return 0
}
