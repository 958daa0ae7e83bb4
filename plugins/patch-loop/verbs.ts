import { execFile } from 'node:child_process'
import { parseArgs } from 'node:util'
import { FarmError, type Opened } from '../../core/service.ts'
import { detailJson, reject } from './endpoints.ts'
import { listed, visible } from './door.ts'
import { attemptsOf, type Target } from './rows.ts'
import { shown } from './text.ts'

/** `patches`, `patches show ID`, `patches apply ID [DIRECTORY]`, `patches reject ID [REASON]`. */
export async function run(args: string[], open: () => Promise<Opened>): Promise<number> {
  const { values, positionals } = parseArgs({ args, strict: true, allowPositionals: true, options: { project: { type: 'string' }, state: { type: 'string' }, json: { type: 'boolean', default: false }, check: { type: 'boolean', default: false } } })
  const [verb = 'list', id = '', ...rest] = positionals
  if (!['list', 'show', 'apply', 'reject'].includes(verb)) throw new FarmError('invalid', `patches knows no ${verb}`, { hint: 'It lists, shows, applies and rejects.' })
  if (verb !== 'list' && id === '') throw new FarmError('invalid', 'Which patch?', { hint: '`crafting-table patches` lists them.' })
  const core = await open()
  try {
    if (verb === 'list') {
      const found = listed(core, core.caller, { project: values.project, state: values.state, limit: 200 })
      say(values.json ? JSON.stringify(found.map(target => detailJson(target, [])), null, 2) : found.map(lineOf).join('\n') || 'No patches.')
      return 0
    }
    const target = visible(core, core.caller, id)
    if (verb === 'show') say(values.json ? JSON.stringify(detailJson(target, attemptsOf(core.db, target)), null, 2) : pageOf(target, attemptsOf(core.db, target)))
    else if (verb === 'reject') {
      core.noted(commandLine, 'patch.reject', target.id, () => reject(core, target, rest.join(' ') || null, 'the command line'))
      say(`${target.id} is rejected and will not be drafted again.`)
    } else await apply(target, rest[0] ?? '.', values.check)
    return 0
  } finally { await core.close() }
}

/** What the audit log calls whoever sits at the machine. */
const commandLine = { name: 'local' }

const say = (text: string) => process.stdout.write(`${text}\n`)

const lineOf = (target: Target) => `${target.id}  ${target.state.padEnd(14)}  ${target.project}  ${target.title}`

/** What was verified, then the patch; both come from programs and strangers. */
export function pageOf(target: Target, attempts: ReturnType<typeof attemptsOf>): string {
  const { evidence, diff } = target
  const jobs = (title: string, list: NonNullable<Target['evidence']>['before']) => list.map(one => `${title}  ${one.subproject ? `${one.subproject} ` : ''}${one.recipe} (${one.language}) ${one.status}, ${one.findings} findings${one.tests ? `, ${one.tests.passed} of ${one.tests.total} tests passed` : ''}  ${one.job}`)
  return [
    lineOf(target), `of ${target.baseSha.slice(0, 12)}, ${target.subproject || '.'}, job ${target.baseJob}`, ...(target.reason ? [target.reason] : []), ...(target.branch ? [`branch ${target.branch}${target.pushed ? ', pushed' : ', in the mirror'}`] : []), ...(target.pull ? [pullLine(target.pull)] : []), '',
    ...(evidence ? [`drafted by ${evidence.drafter} (${evidence.how}): ${evidence.repaired} repaired, ${evidence.left} left`, ...jobs('before', evidence.before), ...jobs('after ', evidence.after), ''] : []),
    ...attempts.map(one => `attempt ${one.n}: ${one.drafter} ${one.outcome}${one.reason ? `: ${shown(one.reason, 300)}` : ''}${one.note ? ` [${shown(one.note, 100)}]` : ''}`),
    ...(diff ? ['', plain(diff.toString('utf8')), ...(target.state === 'drafted' ? [`To take it: crafting-table patches apply ${target.id}`] : [])] : []),
  ].join('\n')
}

const pullLine = ({ state, url, fault }: NonNullable<Target['pull']>) => `pull request ${[state, url, fault && shown(fault, 300)].filter(Boolean).join(', ')}`

/** Nothing that a terminal would act upon. */
const plain = (text: string) => text.replaceAll(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, '\ufffd')

/** Into the checkout of whoever calls, as changes that are not committed; all of it or nothing. */
async function apply(target: Target, directory: string, onlyCheck: boolean): Promise<void> {
  const { diff } = target
  if (!diff || !['drafted', 'merged'].includes(target.state)) throw new FarmError('conflict', `There is nothing to apply: the patch is ${target.state}`)
  await new Promise<void>((resolve, reject) => {
    const git = execFile('git', ['apply', '--whitespace=nowarn', ...onlyCheck ? ['--check'] : [], '-'], { cwd: directory }, (error, _, stderr) => error ? reject(new FarmError('conflict', `The patch does not fit ${directory}: ${shown(stderr, 300)}`, { hint: 'Run it at the root of a checkout of the project, near the commit that the patch is of.', cause: error })) : resolve())
    git.stdin?.on('error', () => { /* its status tells */ })
    git.stdin?.end(diff)
  })
  say(onlyCheck ? `${target.id} fits.` : `${target.id} is applied: ${target.title}. Look at it with git diff.`)
}
