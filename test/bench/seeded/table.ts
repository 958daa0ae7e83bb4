import { refusals, type Refusal } from './seeds.ts'
import type { Offer } from './trial.ts'

/** An offer with what the tests that were held back say of it. */
export interface Judged extends Offer {
  verdict: 'accepted' | Refusal
  /** undefined where nobody asked. */
  holds: boolean | undefined
  right: boolean
}

const signs: readonly (readonly [RegExp, Refusal])[] = [
  [/it touches/, 'protected'], [/\ba suppression\b|a skipped test/, 'suppression'], [/lines, more than|bytes, more than|files, more than/, 'too large'],
  [/\bin \d+ of \d+ runs of the same/, 'flaky'], [/does not have the finding any more|no recipe/, 'not reproduced'],
  [/the test |tests? passed|tests ran|tests were|ended as failed|tests still fail/, 'tests'], [/new: /, 'new finding'], [/still there|none of the findings/, 'still there'],
  [/changed nothing|cannot repair|no fixer|nobody can draft/, 'nothing offered'],
]

export function verdictOf({ state, reason }: Pick<Offer, 'state' | 'reason'>): Judged['verdict'] {
  if (state === 'drafted') return 'accepted'
  return signs.find(([sign]) => sign.test(reason))?.[1] ?? 'other'
}

/** What breaks tests must be seen to break them, or its label is wrong. */
export const isAsked = (offer: Offer) => offer.diff !== undefined && (offer.state === 'drafted' || offer.expected === 'tests')

/** Right: taken where it should be and the tests hold, or refused where it should be. */
export function judged(offer: Offer, broken: ReadonlySet<string>): Judged {
  const verdict = verdictOf(offer)
  const holds = offer.diff !== undefined && isAsked(offer) ? !broken.has(offer.diff) : undefined
  const right = verdict === 'accepted' ? offer.expected === undefined && holds === true : offer.expected !== undefined && !(offer.expected === 'tests' && holds === true)
  return { ...offer, verdict, holds, right }
}

export interface Summary { defects: number; offers: number; tools: number; right: number; regressions: number }

export function summaryOf(all: readonly Judged[]): Summary {
  return {
    defects: all.reduce((sum, one) => sum + one.defects, 0), offers: all.length, tools: new Set(all.map(one => one.tool)).size,
    right: all.filter(one => one.right).length, regressions: all.filter(one => one.verdict === 'accepted' && one.holds === false).length,
  }
}

/** Targets per tool; `planted` are the defects that they are for. */
export function tableOf(all: readonly Judged[]): string {
  const used = refusals.filter(name => all.some(one => one.verdict === name))
  const head = ['tool', 'planted', 'targets', 'offered', 'accepted', ...used, 'right', 'wrong']
  const rows = [...new Set(all.map(one => one.tool))].toSorted().map(tool => rowOf(tool, all.filter(one => one.tool === tool), used))
  const lines = [head, ...rows, rowOf('all', all, used)]
  const widths = head.map((_, at) => Math.max(...lines.map(line => line[at]?.length ?? 0)))
  return lines.map(line => line.map((cell, at) => at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0)).join('  ')).join('\n')
}

function rowOf(name: string, some: readonly Judged[], used: readonly Refusal[]): string[] {
  const count = (verdict: Judged['verdict']) => some.filter(one => one.verdict === verdict).length
  const { defects, right } = summaryOf(some)
  return [name, defects, some.length, some.length - count('nothing offered') - count('not reproduced') - count('flaky'), count('accepted'), ...used.map(count), right, some.length - right].map(String)
}

/** What was judged wrongly, and why. */
export const mistakes = (all: readonly Judged[]) => all.filter(one => !one.right)
  .map(({ tree, tool, rule = '', file, expected, verdict, holds, reason, state }) => `${tree}: ${tool} ${rule} in ${file}: ${verdict} (${state}), should be ${expected ?? 'accepted'}${holds === false ? ', and the tests that were held back fail' : ''}: ${reason.slice(0, 300)}`)
