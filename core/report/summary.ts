import type { Job } from '../ledger/jobs.ts'
import type { Overview, ShownFinding } from '../overview.ts'
import { elapsed } from '../terminal/progress.ts'
import { testsText } from '../terminal/report.ts'
import { plural, shorten } from '../terminal/text.ts'
import { jobText, placeText, titleOf } from './words.ts'
import { clean } from '../findings/sarif-text.ts'

/** GitHub takes no comment of more than 65,536 characters. */
const most = 60_000
const mostNew = 30
const mostFixed = 10

const sign = { green: '🟢', red: '🔴', running: '🟡', unknown: '⚪' } as const
const jobSign: Readonly<Partial<Record<Job['status'], string>>> = { passed: '🟢', failed: '🔴', timed_out: '🔴', error: '🔴', skipped: '⚪', cancelled: '⚪' }

/**
 * A run in Markdown, for a comment on a pull request. Whatever a tool or a repository says stands in code spans: nothing in there is a link, a
 * mention, an image or HTML.
 */
export function summaryMarkdown(run: Overview): string {
  const fresh = run.findings.filter(one => one.state === 'new' && !one.suppression)
  const fixed = run.findings.filter(one => one.state === 'fixed')
  const parts = [
    [`### ${sign[run.verdict]} ${code(run.project)} is ${titleOf[run.verdict]}${run.sha ? ` at ${code(run.sha.slice(0, 12))}` : ''} on ${code(run.ref)}`],
    run.verdict === 'green' ? [] : run.reasons.slice(0, 20).map(reason => `- ${code(reason)}`),
    run.jobs.length ? ['| recipe | | findings | tests |', '| --- | --- | --- | --- |', ...run.jobs.slice(0, 100).map(jobRow)] : [],
    [totals(run)],
    fresh.length ? [`**${plural(run.counts.new, 'new finding')}**`, '', ...fresh.slice(0, mostNew).map(findingLine), ...more(run.counts.new - Math.min(fresh.length, mostNew))] : [],
    fixed.length ? [`<details><summary>${run.counts.fixed} fixed</summary>`, '', ...fixed.slice(0, mostFixed).map(findingLine), ...more(run.counts.fixed - Math.min(fixed.length, mostFixed)), '', '</details>'] : [],
  ]
  return cut(parts.filter(lines => lines.length).map(lines => lines.join('\n')))
}

function jobRow(job: Job): string {
  const { new: fresh = 0, unchanged = 0, fixed = 0 } = job.findings ?? {}
  const found = [fresh ? `${fresh} new` : '', unchanged ? `${unchanged} known` : '', fixed ? `${fixed} fixed` : ''].filter(Boolean).join(', ')
  const how = `${job.status.replace('_', ' ')} ${elapsed(job)}`.trim()
  return `| ${jobSign[job.status] ?? '🟡'} ${cell(jobText(job))} | ${how}${job.message && job.status !== 'passed' ? ` ${cell(shorten(job.message, 120))}` : ''} | ${found} | ${job.tests ? testsText(job.tests) : ''} |`
}

function totals({ counts, tests }: Overview): string {
  const known = [`${counts.unchanged} known`, `${counts.fixed} fixed`, ...(counts.accepted ? [`${counts.accepted} accepted`] : [])].join(', ')
  return `${plural(counts.new, 'new finding')}, ${known}${tests ? `; tests: ${testsText(tests)}` : ''}.`
}

function findingLine({ finding, reopened, job }: ShownFinding): string {
  const rule = [finding.tool, finding.rule].filter(Boolean).join(' ')
  const place = placeText(finding) || jobText(job)
  const remedy = finding.advisory?.fixed === undefined ? '' : `, fixed in ${code(finding.advisory.fixed)}`
  return `- **${finding.level}** ${code(shorten(place, 200))} ${code(shorten(finding.message, 300))} (${code(shorten(rule, 120))}${remedy}${reopened ? ', reopened' : ''})`
}

const more = (count: number) => count > 0 ? [`- … and ${count} more`] : []

/** As a code span, on one line; its fence is longer than any in the text. */
function code(text: string): string {
  const line = clean(text).replace(/\s+/g, ' ').trim()
  if (line === '') return ''
  const fence = '`'.repeat(1 + Math.max(0, ...(line.match(/`+/g) ?? []).map(run => run.length)))
  const pad = line.startsWith('`') || line.endsWith('`') ? ' ' : ''
  return `${fence}${pad}${line}${pad}${fence}`
}

/** In a table a bar ends the cell, in code too. */
const cell = (text: string) => code(text).replaceAll('|', '\\|')

/** Whole parts only: half a table is none. */
function cut(parts: readonly string[]): string {
  let text = ''
  for (const part of parts) {
    if (text.length + part.length > most) return `${text}… the rest is cut: a comment holds no more.\n`
    text += `${part}\n\n`
  }
  return `${text.trimEnd()}\n`
}
