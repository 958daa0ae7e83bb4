import type { Verdict } from './status.ts'

const colours: Readonly<Record<Verdict, string>> = { green: '#2e7d32', red: '#c62828', running: '#9a6700', unknown: '#616161' }
/** Widths of DejaVu Sans at 11 px, roughly: narrow, usual and wide letters. */
const widthOf = (text: string) => [...text].reduce((sum, letter) => sum + (/[ijlftr.,:;'|!()I[\] -]/.test(letter) ? 4.2 : /[mwMWQ@%]/.test(letter) ? 10 : 7), 0)

/** A badge of two fields, 20 px high, for a README: no script, no outside resource, its text readable to screen readers. */
export function badge(label: string, verdict: Verdict): string {
  const [left, right] = [label, verdict].map(text => Math.round(widthOf(text) + 12)) as [number, number]
  const width = left + right
  const title = escape(`${label}: ${verdict}`)
  const text = (content: string, at: number) => `<text x="${at}" y="14" fill="#fff" text-anchor="middle" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11">${escape(content)}</text>`
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="20" role="img" aria-label="${title}"><title>${title}</title>`
    + `<clipPath id="r"><rect width="${width}" height="20" rx="3"/></clipPath><g clip-path="url(#r)"><rect width="${left}" height="20" fill="#444"/><rect x="${left}" width="${right}" height="20" fill="${colours[verdict]}"/></g>`
    + `${text(label, left / 2)}${text(verdict, left + right / 2)}</svg>\n`
}

function escape(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, '?').replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}
