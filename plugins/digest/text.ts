import type { Digest } from './gather.ts'
import { applyCommand, cut, jobTitle, many, packageChange, placeOf, severityWord, statusWord, unsubscribeMark, verdictLine, verdictWord, windowText, type Links } from './words.ts'

const width = 78

/** The digest as text, no line longer than 78 characters but an address that is. */
export function textBody(digest: Digest, links: Links | undefined): string {
  const sections = [head(digest), failing(digest, links), fresh(digest), advisories(digest), patches(digest, links), fixed(digest), foot(digest, links)]
  return `${sections.filter(lines => lines.length).map(lines => lines.join('\n')).join('\n\n')}\n`
}

function head(digest: Digest): string[] {
  const { jobs, recovered, findings } = digest
  const ran = `${many(jobs.told, 'job')}${jobs.all > jobs.told ? ` of ${jobs.all}` : ''}: ${jobs.passed} passed, ${jobs.failed} failed${jobs.other ? `, ${jobs.other} other` : ''}${recovered ? `, ${recovered} recovered` : ''}`
  const title = cut(`${digest.project}, ${digest.date}: ${verdictWord[digest.verdict]}`, width)
  return [title, '='.repeat(Array.from(title).length), ...wrap(verdictLine(digest)), '', ran, `findings: ${findings.fresh} new, ${findings.open} still open, ${findings.fixed} fixed`, windowText(digest)].map(line => cut(line, width))
}

function failing({ failing }: Digest, links: Links | undefined): string[] {
  if (!failing.count) return []
  return [...heading('Failing jobs', failing.count), ...failing.shown.flatMap(job => [
    ...wrap(`* ${jobTitle(job)}: ${statusWord(job.status)}${job.message ? `, ${job.message}` : ''}`, '  '),
    ...job.log.map(line => cut(`  | ${line}`, width)),
    ...(links ? [`  ${links.job(job.id)}`] : []),
  ]), ...more(failing.count - failing.shown.length)]
}

function fresh({ findings }: Digest): string[] {
  return findings.fresh ? [...heading('New findings', findings.fresh), ...findings.shown.flatMap(findingLines), ...more(findings.fresh - findings.shown.length)] : []
}

function fixed({ findings }: Digest): string[] {
  return findings.fixed ? [...heading('Fixed', findings.fixed), ...findings.gone.flatMap(findingLines), ...more(findings.fixed - findings.gone.length)] : []
}

function findingLines(one: Digest['findings']['shown'][number]): string[] {
  const place = placeOf(one)
  return [...wrap(`* ${one.level}: ${one.message}`, '  '), ...wrap(`  ${place ? `${place}  ` : ''}${one.tool}${one.rule ? ` ${one.rule}` : ''}`, '  ')]
}

function advisories({ advisories }: Digest): string[] {
  if (!advisories.count) return []
  const counts = Object.entries(advisories.counts).filter(([, count]) => count).map(([word, count]) => `${count} ${word}`).join(', ')
  return [...heading('Known vulnerabilities', advisories.count), counts, ...advisories.shown.flatMap(one => wrap(`* ${severityWord(one.severity)}${one.severity === null ? '' : ` ${one.severity}`}: ${one.id} in ${packageChange(one)}`, '  ')), ...more(advisories.count - advisories.shown.length)]
}

function patches({ patches }: Digest, links: Links | undefined): string[] {
  if (!patches.count) return []
  return [...heading('Patches waiting for you', patches.count), ...patches.shown.flatMap(one => [
    ...wrap(`* ${one.title}`, '  '), ...(one.branch ? [cut(`  branch ${one.branch}`, width)] : []), ...(one.pullUrl ? [`  ${one.pullUrl}`] : []),
    ...applyCommand(one.id, links).map(line => `  ${line}`),
  ]), ...more(patches.count - patches.shown.length)]
}

function foot(digest: Digest, links: Links | undefined): string[] {
  return ['-- ', ...(links ? [links.project(digest.project), 'No more of these:', unsubscribeMark] : ['To end these, take your address out of the project\'s notify.email.'])]
}

const heading = (title: string, count: number) => [`${title} (${count})`, '-'.repeat(title.length + String(count).length + 3)]
const more = (count: number) => count > 0 ? [`  ${count} more`] : []

/** At spaces where there are some; a word that is too long is broken. */
function wrap(text: string, indent = ''): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(/ (?=\S)/)) {
    const longer = line === '' ? word : `${line} ${word}`
    if (Array.from(longer).length <= width) { line = longer; continue }
    if (line !== '') lines.push(line)
    const characters = Array.from(`${lines.length ? indent : ''}${word}`)
    while (characters.length > width) lines.push(characters.splice(0, width).join(''))
    line = characters.join('')
  }
  return [...lines, line]
}
