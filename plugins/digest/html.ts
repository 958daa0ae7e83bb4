import type { Digest, FailingJob, ShownAdvisory, ShownFinding, ShownPatch } from './gather.ts'
import { badge, code, colour, escape, figures, line, link, logBlock, row, section, strip, table, type Colour } from './html-parts.ts'
import { applyCommand, many, packageChange, placeOf, severityWord, statusWord, subjectOf, unsubscribeMark, verdictLine, verdictWord, windowText, type Links } from './words.ts'

/** Gmail cuts a message off at 102 KB; the rest of it needs some of that. */
const maxBytes = 80_000

const verdictTone: Record<Digest['verdict'], Colour> = { failing: colour.red, attention: colour.amber, well: colour.green, quiet: colour.grey }
const levelTone: Record<string, Colour> = { error: colour.red, warning: colour.amber, note: colour.grey }
const severityTone: Record<string, Colour> = { critical: colour.violet, high: colour.red, moderate: colour.amber, low: colour.grey, unrated: colour.grey }

/** The digest as HTML, at most 80 KB: where hostile text swells beyond that, less of everything is shown. */
export function htmlBody(digest: Digest, links: Links | undefined): string {
  for (const limit of [10, 6, 3, 1]) {
    const html = page(digest, links, limit)
    if (Buffer.byteLength(html) <= maxBytes) return html
  }
  return page(digest, links, 0)
}

function page(digest: Digest, links: Links | undefined, limit: number): string {
  const { failing, findings, advisories, patches } = digest
  const body = [
    head(digest), numbers(digest),
    section('Failing jobs', failing.count, failing.shown.slice(0, limit).map(job => failingJob(job, links))),
    section('New findings', findings.fresh, findings.shown.slice(0, limit).map(finding)),
    section('Known vulnerabilities', advisories.count, advisories.shown.slice(0, limit).map(advisory), severities(digest)),
    section('Patches waiting for you', patches.count, patches.shown.slice(0, limit).map(one => patch(one, links))),
    section('Fixed', findings.fixed, findings.gone.slice(0, limit).map(finding)),
    foot(digest, links),
  ].join('')
  const sheet = table(body, `max-width:600px;margin:0 auto;background-color:${colour.paper};border-radius:6px`)
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><meta name="color-scheme" content="light dark"><meta name="supported-color-schemes" content="light dark"><title>${escape(subjectOf(digest))}</title></head>`
    + `<body style="margin:0;padding:0;background-color:${colour.page}">${preheader(digest)}${table(row(sheet, 'padding:16px 8px 32px'), `background-color:${colour.page}`)}</body></html>\n`
}

/** What a list of messages shows beside the subject; the spaces keep what follows out of it. */
function preheader(digest: Digest): string {
  return `<div style="display:none;max-height:0;max-width:0;overflow:hidden;opacity:0;font-size:1px;line-height:1px;color:${colour.page}">${escape(verdictLine(digest))}${'&#847; &#8199; '.repeat(30)}</div>`
}

function head(digest: Digest): string {
  const tone = verdictTone[digest.verdict]
  return row('&nbsp;', `background-color:${tone};height:6px;font-size:1px;line-height:6px;border-radius:6px 6px 0 0`)
    + row(`${badge(verdictWord[digest.verdict], tone, 13)}${line(escape(digest.project), { size: 24, bold: true, above: 10 })}${line(escape(sentence(verdictLine(digest))), { size: 16, above: 2 })}${line(escape(windowText(digest)), { size: 12, tone: colour.muted, above: 6 })}`, 'padding:22px 24px 18px')
}

const sentence = (text: string) => text.charAt(0).toUpperCase() + text.slice(1)

function numbers(digest: Digest): string {
  const { jobs, findings, recovered } = digest
  const cells = figures([
    { count: jobs.passed, label: 'passed', tone: colour.green }, { count: jobs.failed, label: 'failed', tone: colour.red },
    { count: findings.fresh, label: 'new', tone: colour.amber }, { count: findings.open, label: 'still open', tone: colour.ink }, { count: findings.fixed, label: 'fixed', tone: colour.green },
  ])
  const bar = strip([{ count: jobs.passed, tone: colour.green }, { count: jobs.failed, tone: colour.red }, { count: jobs.other, tone: colour.grey }])
  const said = [`${many(jobs.told, 'job')}${jobs.all > jobs.told ? ` of the ${jobs.all} that ran` : ''}`, recovered ? `${recovered} failed and passed again` : '', jobs.other ? `${jobs.other} cancelled or skipped` : ''].filter(Boolean).join(', ')
  return row(`${cells}${bar}${jobs.told ? line(escape(said), { size: 12, tone: colour.muted, above: 8 }) : ''}`, `padding:0 24px;border-top:1px solid ${colour.line}`)
}

function failingJob(job: FailingJob, links: Links | undefined): string {
  const name = `${job.recipe} ${job.subproject}`
  const title = links ? link(links.job(job.id), name) : escape(name)
  const about = [job.language, `on ${job.ref}`, job.message ?? ''].filter(Boolean).join(', ')
  return `${line(`${badge(statusWord(job.status), colour.red)} &nbsp;<b>${title}</b>`)}${line(escape(about), { size: 12, tone: colour.muted, above: 3 })}${logBlock(job.log)}`
}

function finding(one: ShownFinding): string {
  const place = placeOf(one)
  const about = `${place ? `${code(escape(place))} &nbsp;` : ''}<span style="color:${colour.muted}">${escape(one.tool)}${one.rule ? ` ${escape(one.rule)}` : ''}</span>`
  return `${line(`${badge(one.level, levelTone[one.level] ?? colour.grey)} &nbsp;${escape(one.message)}`)}${line(about, { size: 12, above: 3 })}`
}

function severities({ advisories: { counts } }: Digest): string {
  const shown = Object.entries(counts).filter(([, count]) => count)
  const words = shown.map(([word, count]) => `<span style="color:${severityTone[word] ?? colour.grey};font-weight:600">${count} ${word}</span>`).join(', ')
  return `${line(words, { size: 13, above: 4 })}<div style="height:6px;font-size:1px;line-height:6px">&nbsp;</div>${strip(shown.map(([word, count]) => ({ count, tone: severityTone[word] ?? colour.grey })))}`
}

function advisory(one: ShownAdvisory): string {
  const word = severityWord(one.severity)
  const id = one.url ? link(one.url, one.id) : escape(one.id)
  return `${line(`${badge(one.severity === null ? word : `${word} ${one.severity}`, severityTone[word] ?? colour.grey)} &nbsp;<b>${id}</b>`)}${line(escape(packageChange(one)), { size: 13, tone: colour.muted, above: 3 })}`
}

function patch(one: ShownPatch, links: Links | undefined): string {
  return `${line(`<b>${escape(one.title)}</b>`)}${one.branch ? line(`branch ${code(escape(one.branch))}`, { size: 12, tone: colour.muted, above: 3 }) : ''}${one.pullUrl ? line(link(one.pullUrl, 'Pull request'), { size: 12, tone: colour.muted, above: 3 }) : ''}${logBlock(applyCommand(one.id, links))}`
}

function foot(digest: Digest, links: Links | undefined): string {
  const words = links
    ? `${link(links.project(digest.project), 'How it is now')} &nbsp;·&nbsp; ${link(unsubscribeMark, 'No more of these')}`
    : 'To end these, take your address out of the project&#39;s notify.email.'
  return row(line(words, { size: 12, tone: colour.muted }), `padding:26px 24px 24px`)
}
