import { writeFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { noFindings } from '../findings/counts.ts'
import type { Overview } from '../overview.ts'
import { gravestFirst } from '../report/words.ts'
import { isOpen, sumTests, verdictOf, type Result } from '../terminal/report.ts'

/** The reports that people open in something else than a terminal. */
export async function writeReports(result: Result, { html, markdown }: { html?: string | undefined; markdown?: string | undefined }): Promise<void> {
  if (html !== undefined) await writeFile(html, (await import('../report/html.ts')).htmlReport(overviewOf(result)))
  if (markdown !== undefined) await writeFile(markdown, (await import('../report/summary.ts')).summaryMarkdown(overviewOf(result)))
}

function overviewOf(result: Result): Overview {
  const { target, run, jobs, findings } = result
  const { green, status, text } = verdictOf(result)
  return {
    project: target === '.' ? basename(process.cwd()) : basename(target).replace(/\.git$/, '') || target,
    ref: run.ref, sha: run.sha, verdict: green ? 'green' : status === 2 && jobs.every(job => job.status === 'skipped') ? 'unknown' : 'red',
    reasons: [text.replace(/^RED: /, '')], jobs, tests: sumTests(jobs), counts: countsOf(findings), findings: gravestFirst(findings),
  }
}

function countsOf(findings: Result['findings']): Overview['counts'] {
  const counts = { ...noFindings, accepted: 0 }
  for (const one of findings) {
    if (one.suppression) counts.accepted++
    else counts[one.state]++
    if (isOpen(one)) counts[one.finding.level]++
  }
  return counts
}
