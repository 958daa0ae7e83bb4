import { createReadStream } from 'node:fs'
import { parseArgs } from 'node:util'
import { readConfig } from '../config.ts'
import { FarmError } from '../errors.ts'
import { openFarm } from '../farm.ts'
import { verbLogger } from '../logger.ts'
import { plain } from '../terminal/text.ts'
import { knows, local, projectNamed } from './local.ts'

export const usage = `import-sarif PROJECT FILE…   take other tools' SARIF as jobs: followed and gated like the farm's own findings
  --ref REF          the branch that the commit is on; default: the project's default branch
  --sha SHA          default: the newest commit of it
  --tool NAME        what the results are followed as; default: the tool that the document names
  --subproject PATH  the directory that relative paths start from; default: the repository's root
  --json             the jobs as JSON
FILE may be gzip; - is standard input. PROJECT is a name, or a directory or URL that \`check\` has seen.
Works on the ledger in CRAFTING_DATA_DIR, whether a server runs or not.`

export async function run(args: string[]): Promise<number> {
  const { values: { json, ...wish }, positionals: [project, ...files] } = parseArgs({
    args, strict: true, allowPositionals: true,
    options: { ref: { type: 'string' }, sha: { type: 'string' }, tool: { type: 'string' }, subproject: { type: 'string' }, json: { type: 'boolean' } },
  })
  if (project === undefined || files.length === 0) throw new FarmError('invalid', 'import-sarif takes a project and files', { hint: `usage: crafting-table ${usage.split('\n', 1)[0]}` })
  const farm = await openFarm(readConfig(), { kind: 'check', log: await verbLogger() })
  try {
    const name = projectNamed(project, one => knows(farm, one))
    for (const file of files) {
      const job = await farm.importSarif(local, name, file === '-' ? process.stdin : createReadStream(file), wish)
      const { new: fresh = 0, unchanged = 0, fixed = 0 } = job.findings ?? {}
      process.stdout.write(json ? `${JSON.stringify(job)}\n` : plain(`${job.id}  ${job.recipe} ${job.sha?.slice(0, 12)}: ${fresh} new, ${unchanged} unchanged, ${fixed} fixed`) + '\n')
    }
    return 0
  } finally {
    await farm.close({ drainMs: 0 })
  }
}
