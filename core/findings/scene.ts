import type { Finding } from '../contract.ts'
import type { Lines } from './likeness.ts'
import { grouped, type Pairing } from './pairing.ts'
import type { Places } from './place.ts'
import type { Excerpt } from './source.ts'

/** What tracking looks at in a finding. */
export type Trackable = Pick<Finding, 'tool' | 'rule' | 'kind' | 'message' | 'file' | 'line' | 'column' | 'advisory'>

/** The findings of one commit, with as much of the text around each as can be had: best its whole file. */
export interface Side {
  findings: readonly Trackable[]
  excerpt(index: number): Excerpt | undefined
}

/** Both sides, and what the steps of tracking share. */
export interface Scene {
  old: Side
  now: Side
  places: Places
  pairing: Pairing
  oldLines(index: number): Lines | undefined
  nowLines(index: number): Lines | undefined
}

/** Tool and rule. */
export function ruleOf({ tool, rule }: Trackable): string {
  return `${tool}\0${rule ?? ''}`
}

export const isTest = ({ kind, rule, advisory }: Trackable) => kind === 'test' && rule !== undefined && !advisory
export const isCode = (one: Trackable) => !one.advisory && !isTest(one) && one.file !== undefined && one.line !== undefined
export const isLineless = (one: Trackable) => !one.advisory && !isTest(one) && !isCode(one)

/** The indices of findings that have no partner yet and are of a sort. */
export function* open({ findings }: Side, isOpen: (index: number) => boolean, sort: (one: Trackable) => boolean): Generator<number> {
  for (const [index, one] of findings.entries()) if (isOpen(index) && sort(one)) yield index
}

/** Joins those whose keys are equal, in order. */
export function joinByKey({ old, now, pairing }: Scene, sort: (one: Trackable) => boolean, keyOfOld: (one: Trackable) => string | undefined, keyOfNow = keyOfOld): void {
  const olds = grouped(open(old, index => !pairing.given(index), sort), index => keyOfOld(old.findings[index]!))
  if (olds.size === 0) return
  for (const index of open(now, each => !pairing.taken(each), sort)) {
    const partner = olds.get(keyOfNow(now.findings[index]!) ?? '')?.shift()
    if (partner !== undefined) pairing.join(partner, index)
  }
}
