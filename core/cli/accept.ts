import { userInfo } from 'node:os'
import { parseArgs } from 'node:util'
import { readConfig } from '../config.ts'
import { FarmError } from '../errors.ts'
import { openFarm } from '../farm.ts'
import type { Farm } from '../facade.ts'
import type { SuppressionRecord } from '../ledger/suppressions.ts'
import { quietLogger } from '../logger.ts'
import { plain } from '../terminal/text.ts'
import { knows, local, projectNamed } from './local.ts'

export const usage = `accept PROJECT [FINDING]   accept a finding with a reason: it counts nowhere any more, in no commit and on no branch
  --reason TEXT      why; needed
  --until DATE       the last day of it (UTC), or an ISO 8601 time; default: for ever
  --withdraw ID      accept it no longer
  --json             as JSON
PROJECT is a name, or a directory or URL that \`check\` has seen. FINDING is an \`id\` of \`check --json\` or of GET /jobs/{id}/findings.
Without FINDING, what is accepted is listed. Works on the ledger in CRAFTING_DATA_DIR, whether a server runs or not.`

export async function run(args: string[]): Promise<number> {
  const { values: option, positionals: [project, finding, ...more] } = parseArgs({
    args, strict: true, allowPositionals: true,
    options: { reason: { type: 'string' }, until: { type: 'string' }, withdraw: { type: 'string' }, json: { type: 'boolean' } },
  })
  if (project === undefined || more.length) throw new FarmError('invalid', 'accept takes a project and a finding', { hint: `usage: crafting-table ${usage.split('\n', 1)[0]}` })
  const farm = await openFarm(readConfig(), { kind: 'check', log: quietLogger })
  try {
    const name = projectNamed(project, one => knows(farm, one))
    if (option.withdraw !== undefined) farm.withdraw(local, name, numberOf(option.withdraw, 'withdraw'))
    const accepted = finding === undefined ? farm.suppressions(local, name, { limit: 10_000 }) : [accept(farm, name, numberOf(finding, 'finding'), option)]
    if (option.json) process.stdout.write(`${JSON.stringify({ suppressions: accepted }, null, 2)}\n`)
    else for (const one of accepted) process.stdout.write(`${lineOf(one)}\n`)
    return 0
  } finally {
    await farm.close({ drainMs: 0 })
  }
}

function accept(farm: Farm, project: string, finding: number, { reason, until }: { reason?: string | undefined; until?: string | undefined }): SuppressionRecord {
  if (!reason?.trim()) throw new FarmError('invalid', 'a finding is accepted for a reason', { hint: 'Add --reason TEXT.' })
  return farm.suppress({ ...local, name: userInfo().username }, project, { finding, reason, ...(until === undefined ? {} : { until }) })
}

function numberOf(text: string, what: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new FarmError('invalid', `${what}: ${text} is no number`)
  return Number(text)
}

function lineOf({ id, finding, reason, by, until, expired }: SuppressionRecord): string {
  const place = [finding.file, finding.line].filter(part => part !== undefined).join(':')
  const rule = finding.rule === undefined ? finding.tool : `${finding.tool} ${finding.rule}`
  const end = until === null ? '' : `, ${expired ? 'expired' : 'until'} ${until}`
  return plain(`${String(id).padEnd(5)} ${[place, rule].filter(Boolean).join('  ')}: ${reason} (${by}${end})`)
}
