import { parseArgs } from 'node:util'
import { readConfig } from '../config.ts'
import { FarmError } from '../errors.ts'
import type { Farm } from '../facade.ts'
import { openFarm } from '../farm.ts'
import type { Bisect, CommitLine, Step } from '../ledger/bisects.ts'
import { quietLogger } from '../logger.ts'
import { plain, plural } from '../terminal/text.ts'
import { knows, local, projectNamed } from './local.ts'

export const usage = `bisect PROJECT --finding ID | --test NAME   the commit that brought a finding, or broke a test
  --ref REF          for --test: the branch; default: the project's
  --good COMMIT      a commit that is without; default: the last one that a job has shown to be
  --json             as JSON
PROJECT is a name, or a URL that \`check\` has seen. ID is an \`id\` of \`check --json\` or of GET /jobs/{id}/findings.
Exit status: 0 found, 1 not to be told, 2 could not run.`

export async function run(args: string[]): Promise<number> {
  const { values: option, positionals: [project, ...more] } = parseArgs({
    args, strict: true, allowPositionals: true,
    options: { finding: { type: 'string' }, test: { type: 'string' }, ref: { type: 'string' }, good: { type: 'string' }, json: { type: 'boolean' } },
  })
  if (project === undefined || more.length) throw new FarmError('invalid', 'bisect takes a project', { hint: `usage: crafting-table ${usage.split('\n', 1)[0]}` })
  if (option.finding !== undefined && !/^\d{1,15}$/.test(option.finding)) throw new FarmError('invalid', `--finding: ${option.finding} is no number`)
  const { finding, json = false, ...wish } = option
  const farm = await openFarm(readConfig({ ...process.env, CRAFTING_GIT_ALLOW_FILE: '1' }), { kind: 'check', log: quietLogger })
  try {
    const name = projectNamed(project, one => knows(farm, one))
    const { id } = await farm.startBisect(local, name, { ...wish, ...(finding === undefined ? {} : { finding: Number(finding) }) })
    await follow(farm, id)
    const found = farm.bisect(local, id)
    process.stdout.write(json ? `${JSON.stringify(found, null, 2)}\n` : reportOf(found))
    return found.bisect.status === 'found' ? 0 : found.bisect.status === 'unclear' ? 1 : 2
  } finally {
    await farm.close({ drainMs: 0 })
  }
}

/** Tells of each answer; an interrupt gives the search up. */
async function follow(farm: Farm, id: string): Promise<void> {
  let told = 0
  const tell = () => {
    const { steps } = farm.bisect(local, id)
    const answered = steps.filter(step => step.asked && step.answer !== null)
    for (const step of answered.slice(told)) process.stderr.write(`${step.sha.slice(0, 12)} ${step.answer}\n`)
    told = answered.length
  }
  const interrupt = () => { farm.cancelBisect(local, id).catch(() => { /* it has just ended by itself */ }) }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, interrupt)
  const unwatch = farm.watch(tell)
  await farm.ended(id)
  unwatch()
  tell()
}

const lineOf = ({ sha, author, date, summary }: CommitLine) => `${sha}  ${plain(summary)}\n  ${plain(author)}, ${date}\n`

function reportOf({ bisect, steps }: { bisect: Bisect; steps: readonly Step[] }): string {
  const { result, target, message, status, commits } = bisect
  const jobs = plural(steps.filter(step => step.asked).length, 'job')
  if (!result) return `${plain(`${target.title}: ${status}${message ? `: ${message}` : ''}`)}\n`
  const line = result.line && result.line.sha !== result.commit.sha ? `the line ${plain(result.line.file)}:${result.line.line} is of\n${lineOf(result.line)}` : ''
  return `${plain(target.title)}\n${message ? `${plain(message)}\n` : ''}${lineOf(result.commit)}${line}${plural(commits, 'commit')} in question, ${jobs}\n`
}
