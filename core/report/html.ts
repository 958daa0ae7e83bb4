import type { JobTests } from '../contract.ts'
import type { Job } from '../ledger/jobs.ts'
import type { Overview, ShownFinding } from '../overview.ts'
import { elapsed } from '../terminal/progress.ts'
import { testsText } from '../terminal/report.ts'
import { plain, plural, shorten } from '../terminal/text.ts'
import { version } from '../version.ts'
import { escapeHtml as text, findingHtml, ruleHtml } from './html-finding.ts'
import { style } from './html-style.ts'
import { gravestFirst, jobText, placeText, titleOf } from './words.ts'

/** More of them make a page that no browser likes. */
const most = 2000

/** A run as one HTML page that needs nothing else: no script, no file, no network. All that tools and repositories say is escaped. */
export function htmlReport(run: Overview): string {
  const open = gravestFirst(run.findings.filter(one => one.state !== 'fixed' && !one.suppression))
  const fixed = run.findings.filter(one => one.state === 'fixed')
  const accepted = run.findings.filter(one => one.suppression)
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${text(line(run.project))}: ${titleOf[run.verdict]}</title>
<style>${style}</style>
</head>
<body>
<main>
${[header(run), jobsTable(run.jobs), openSection(open, run), quietSection('Fixed', fixed), quietSection('Accepted', accepted)].filter(Boolean).join('\n')}
<footer class="soft">crafting-table ${text(version)}</footer>
</main>
</body>
</html>
`
}

const line = (raw: string) => plain(raw).trim()

function header(run: Overview): string {
  const reasons = run.verdict === 'green' ? '' : `<ul>${run.reasons.slice(0, 20).map(reason => `<li>${text(line(reason))}</li>`).join('')}</ul>`
  const at = [run.ref, run.sha?.slice(0, 12)].flatMap(part => part ? [`<code>${text(line(part))}</code>`] : []).join(' ')
  const ended = run.jobs.flatMap(job => job.finishedAt ?? []).toSorted().at(-1)
  return `<header>
<div class="verdict ${run.verdict}">
<h1>${text(line(run.project))} is <span class="word">${titleOf[run.verdict]}</span></h1>
<div class="soft">${at}${ended ? ` · <time datetime="${text(ended)}">${text(ended.slice(0, 16).replace('T', ' '))} UTC</time>` : ''}</div>
${reasons}
</div>
<dl class="numbers">${numbers(run)}</dl>
</header>`
}

function numbers({ counts, tests }: Overview): string {
  const all: [label: string, value: number, tone: string][] = [
    ['new', counts.new, 'new'], ['errors', counts.error, 'error'], ['warnings', counts.warning, 'warning'], ['notes', counts.note, 'note'], ['fixed', counts.fixed, 'green'], ['accepted', counts.accepted, 'text'],
  ]
  return [...all.map(([label, value, tone]) => number(label, value, tone)), ...tests ? [testNumber(tests)] : []].join('')
}

const number = (label: string, value: number, tone: string) => `<div${value ? ` class="some" style="--tone: var(--${tone})"` : ''}><dt>${label}</dt><dd>${value}</dd></div>`

function testNumber({ total, passed, failed }: JobTests): string {
  return `<div class="some" style="--tone: var(--${failed ? 'error' : 'text'})"><dt>tests passed</dt><dd>${passed}<span class="soft">/${total}</span></dd></div>`
}

function jobsTable(jobs: readonly Job[]): string {
  if (jobs.length === 0) return ''
  const rows = jobs.map(job => `<tr><td class="name"><span class="dot ${job.status}"></span>${text(line(jobText(job)))}</td><td>${job.status.replace('_', ' ')}</td><td>${text(elapsed(job))}</td><td class="wide">${[
    job.tests ? testsText(job.tests) : '', job.message ? `<span class="soft">${text(shorten(line(job.message), 300))}</span>` : '',
  ].filter(Boolean).join('<br>')}</td></tr>`)
  return `<section><h2>Recipes</h2><div class="scroll"><table><thead><tr><th>recipe</th><th>status</th><th>time</th><th></th></tr></thead><tbody>${rows.join('\n')}</tbody></table></div></section>`
}

function openSection(open: readonly ShownFinding[], { counts }: Overview): string {
  const total = counts.new + counts.unchanged
  if (total === 0) return '<section><h2>Findings</h2><p class="soft">Nothing is open.</p></section>'
  const shown = open.slice(0, most)
  return `<section class="findings"><h2>${plural(total, 'finding')}</h2>
<fieldset class="filter">${choice('all', 'all', true)}${choice('only-new', `new (${counts.new})`)}${choice('only-errors', `errors (${counts.error})`)}</fieldset>
${[...byFile(shown)].map(([file, found]) => fileHtml(file, found)).join('\n')}
${total > shown.length ? `<p class="soft">… and ${total - shown.length} more, which a page does not hold.</p>` : ''}
</section>`
}

const choice = (id: string, label: string, checked = false) => `<label><input type="radio" name="show" id="${id}"${checked ? ' checked' : ''}>${label}</label>`

function byFile(findings: readonly ShownFinding[]): Map<string, ShownFinding[]> {
  const files = new Map<string, ShownFinding[]>()
  for (const one of findings) {
    const file = one.finding.file ?? jobText(one.job)
    const known = files.get(file)
    if (known) known.push(one)
    else files.set(file, [one])
  }
  return files
}

function fileHtml(file: string, found: readonly ShownFinding[]): string {
  return `<details class="file" open><summary><span class="mono">${text(line(file))}</span><span class="soft">${found.length}</span></summary>\n${found.map(findingHtml).join('\n')}\n</details>`
}

/** What does not count any more, in a line each. */
function quietSection(title: string, found: readonly ShownFinding[]): string {
  if (found.length === 0) return ''
  const rows = found.slice(0, most).map(({ finding, suppression, job }) => `<div class="quiet"><span class="mono">${text(line(placeText(finding) || jobText(job)))}</span> ${text(shorten(line(finding.message), 300))} <span class="soft">${ruleHtml(finding)}${
    suppression ? ` · ${text(line([suppression.reason, suppression.by ? `(${suppression.by})` : '', suppression.until ? `until ${suppression.until.slice(0, 10)}` : ''].filter(Boolean).join(' ')))}` : ''}</span></div>`)
  return `<section><h2>${title}</h2><details class="file"><summary>${plural(found.length, 'finding')}</summary>${rows.join('\n')}</details></section>`
}
