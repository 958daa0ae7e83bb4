import { stripVTControlCharacters } from 'node:util'
import type { Digest, FailingJob, ShownAdvisory, ShownFinding } from './gather.ts'

/** Foreign text for both bodies: one line, without terminal codes, controls, and characters that change the direction or show nothing; at most so many characters. */
export function clean(text: string, width: number): string {
  const plain = stripVTControlCharacters(text.slice(0, 4 * width + 1000)).replace(/[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]+/g, ' ').replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, '\ufffd').trim()
  return cut(plain, width)
}

/** Counts characters, not halves of them. */
export function cut(text: string, width: number): string {
  const characters = Array.from(text)
  return characters.length <= width ? text : `${characters.slice(0, width - 1).join('')}…`
}

export function many(count: number, noun: string, plural = `${noun}s`): string {
  return `${count} ${count === 1 ? noun : plural}`
}

export const verdictWord = { failing: 'Failing', attention: 'Needs a look', well: 'All well', quiet: 'Quiet day' } as const

/** The day in one sentence. */
export function verdictLine(digest: Digest): string {
  const { failing, findings, advisories, jobs, patches } = digest
  const parts = [
    failing.count ? many(failing.count, 'failing job') : '', findings.fresh ? many(findings.fresh, 'new finding') : '',
    advisories.count ? many(advisories.count, 'open advisory', 'open advisories') : '', patches.count ? `${many(patches.count, 'patch', 'patches')} waiting` : '',
  ].filter(Boolean)
  if (parts.length) return parts.join(', ')
  return jobs.told ? `${many(jobs.told, 'job')}, nothing new` : jobs.all ? `${many(jobs.all, 'job')}, nothing to tell` : 'nothing ran'
}

export function subjectOf(digest: Digest): string {
  return `${verdictWord[digest.verdict]}: ${digest.project}, ${verdictLine(digest)} (${digest.date})`
}

export function jobTitle({ recipe, subproject, language, ref }: Pick<FailingJob, 'recipe' | 'subproject' | 'language' | 'ref'>): string {
  return `${recipe} ${subproject} (${language}) on ${ref}`
}

export function statusWord(status: string): string {
  return status.replace('_', ' ')
}

export function placeOf({ file, line }: Pick<ShownFinding, 'file' | 'line'>): string {
  return file === null ? '' : line === null ? file : `${file}:${line}`
}

export function severityWord(score: number | null): 'critical' | 'high' | 'moderate' | 'low' | 'unrated' {
  return score === null ? 'unrated' : score >= 9 ? 'critical' : score >= 7 ? 'high' : score >= 4 ? 'moderate' : 'low'
}

export function packageChange({ package: name, installed, fixed }: ShownAdvisory): string {
  return `${name}${installed ? ` ${installed}` : ''}${fixed ? `, fixed in ${fixed}` : ', no fix yet'}`
}

/** The window as people read it, in its time zone. */
export function windowText({ from, until, timezone }: Digest): string {
  const format = new Intl.DateTimeFormat('en-GB', { timeZone: timezone, weekday: 'short', day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' })
  return `${format.format(Date.parse(from))} to ${format.format(Date.parse(until))} (${timezone})`
}

/** What stands for the address that unsubscribes, until it is known whose it is. */
export const unsubscribeMark = 'https://unsubscribe.invalid/'
export interface Links { job(id: string): string; project(name: string): string; diff(patch: string): string }

/** How somebody takes a patch: from anywhere, or on the farm's own machine. */
export function applyCommand(patch: string, links: Links | undefined): string[] {
  return links ? ['curl -fsS -H "Authorization: Bearer $CRAFTING_TOKEN" \\', `  ${links.diff(patch)} | git apply`] : [`crafting-table patches apply ${patch}`]
}

/** Undefined where the farm has no public address. */
export function linksOf(publicUrl: string | undefined): Links | undefined {
  if (publicUrl === undefined) return undefined
  const at = (...path: string[]) => [publicUrl, ...path.map(encodeURIComponent)].join('/')
  return { job: id => at('jobs', id), project: name => at('projects', name, 'status'), diff: patch => at('patches', patch, 'diff') }
}
