import type { Notice, NoticeJob } from './notice.ts'

/** A notice for people: plain text, nothing in it is markup or calls anybody. */
export interface Words { title: string; lines: readonly string[]; bad: boolean }

const maxLines = 10

export function wordsOf(notice: Notice): Words {
  const { patch, jobs, project, ref, sha } = notice
  if (patch) return { title: plain(`${project}: a patch was drafted`), lines: [plain(patch.title), plain(`on ${patch.branch}`)], bad: false }
  const where = [project, ref, sha?.slice(0, 8)].filter(Boolean).join(' ')
  const bad = jobs.filter(job => isBad(job) || job.advisories > 0)
  const shown = [...bad, ...jobs.filter(job => !bad.includes(job))]
  return {
    title: plain(`${where}: ${(notice.run?.status ?? jobs[0]?.status ?? 'ended').replace('_', ' ')}`),
    lines: [...shown.slice(0, maxLines).map(jobLine), ...(shown.length > maxLines ? [`and ${shown.length - maxLines} more`] : [])],
    bad: bad.length > 0,
  }
}

const isBad = (job: NoticeJob) => job.status === 'failed' || job.status === 'timed_out' || job.status === 'error'

function jobLine({ recipe, subproject, language, status, tests, findings, advisories }: NoticeJob): string {
  const open = findings.new + findings.unchanged
  const facts = [
    tests?.failed ? `${tests.failed} of ${tests.total} tests failed` : tests ? `${tests.total} tests` : '',
    open ? `${open} ${open === 1 ? 'finding' : 'findings'}${findings.new ? `, ${findings.new} new` : ''}` : '',
    advisories ? `${advisories} ${advisories === 1 ? 'advisory' : 'advisories'}` : '',
  ].filter(Boolean)
  return plain(`${status.replace('_', ' ')}: ${recipe} ${subproject || '.'} (${language})${facts.length ? `: ${facts.join('; ')}` : ''}`)
}

/** One line without controls and characters that turn or hide text; an @ calls nobody. */
export function plain(text: string): string {
  return begin(text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').replace(/\p{Cf}/gu, '').replaceAll('@', '@\u200b'), 300)
}

/** At most so many UTF-16 units, and no half of a character: JSON with one is refused by receivers that take Unicode at its word. */
export function begin(text: string, most: number): string {
  return whole(text.slice(0, most).replace(/[\ud800-\udbff]$/, ''))
}

/** Halves of characters, which JSON can name, become the sign for what cannot be shown. */
export const whole = (text: string) => text.replace(/\p{Cs}/gu, '\ufffd')

export const slackText = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
export const discordText = (text: string) => text.replace(/[\\*_~`|>#[\]()<-]/g, '\\$&')
export const htmlText = (text: string) => slackText(text).replaceAll('"', '&quot;')
