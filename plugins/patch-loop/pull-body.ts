import type { StoredFinding } from '../../core/service.ts'
import { code, inert } from './markdown.ts'
import type { Seen, Target } from './rows.ts'

const mostFindings = 20
const mostBody = 30_000

/** Of the pull request. Never one that a forge would take for unfinished work. */
export const pullTitle = (target: Pick<Target, 'title'>) => inert(target.title, 160).replace(/^(?=\W{0,3}(?:wip|draft)\b)/i, 'Repair ')

/** What a human should know before merging: Markdown, in which all that comes from elsewhere stands in code spans. `page`: of the patch at the farm. */
export function pullBody(target: Target, findings: readonly StoredFinding[], page: string | null): string {
  const { evidence, branch } = target
  if (!evidence) return 'The evidence is lost.'
  const { drafter, how, repaired, left, before, after } = evidence
  const text = [
    'A build farm drafted this patch and tried it. **Nobody has read it yet.**',
    `### Findings\n${[`${repaired} of ${repaired + left} gone with this patch.`, '', ...findings.slice(0, mostFindings).map(findingLine), ...more(findings.length)].join('\n')}`,
    `### Drafted by\n${who(drafter)}${drafter === 'fixer' ? ` of ${code(target.tool, 60)}` : ''}, at the commit ${code(target.baseSha, 64)}${how === 'flexible' ? '. White space was overlooked when it was applied: look twice' : ''}.`,
    `### Verified\nThe same recipes at that commit, and at that commit with the patch:\n\n${before.map(one => `- ${line(one, after)}`).join('\n')}`,
    'The finding is gone, nothing is new, no recipe is redder, and every test that passed passes. Where no tests were counted, nothing is known of what the code does.',
    `### By hand\n${['```sh', 'git fetch origin', `git merge origin/${branch ?? ''}`, '```'].join('\n')}\n\nThe patch is ${code(target.id, 40)}${page === null ? '' : `: ${page}`}. When this is closed without being merged, the same is never drafted again.`,
  ].join('\n\n')
  return text.length > mostBody ? `${text.slice(0, text.lastIndexOf('\n', mostBody))}\n\n…` : text
}

const who = (drafter: string) => drafter === 'fixer' ? 'the fixer' : drafter === 'offer' ? 'the fix that the tool offered' : `a model or agent (${code(drafter, 40)})`

function findingLine({ finding }: StoredFinding): string {
  const place = finding.file === undefined ? '' : `${code(`${finding.file}${finding.line === undefined ? '' : `:${finding.line}`}`, 200)} `
  return `- ${place}${code(`${finding.tool}${finding.rule === undefined ? '' : ` ${finding.rule}`}`, 120)}: ${code(finding.message, 300)}`
}

const more = (count: number) => count > mostFindings ? [`- and ${count - mostFindings} more`] : []

function line(was: Seen, after: readonly Seen[]): string {
  const now = after.filter(one => one.recipe === was.recipe && one.language === was.language && one.subproject === was.subproject)
  const name = `${was.subproject ? `${code(was.subproject, 120)} ` : ''}${code(was.recipe, 40)} (${code(was.language, 40)})`
  const last = now.at(-1)
  return `${name}: before ${said(was)}; after ${last ? said(last) : 'nothing'}${now.length > 1 ? `, ${now.length} times` : ''}`
}

function said({ status, findings, tests }: Seen): string {
  return `${status.replaceAll('_', ' ')}, ${findings} findings${tests ? `, ${tests.passed} of ${tests.total} tests passed` : ''}`
}
