import type { TestCase } from '../../core/contract.ts'
import type { Job, StoredFinding } from '../../core/service.ts'

/** A job with what it found and which tests it ran; findings that are fixed among them. */
export interface Reading { job: Job; findings: readonly StoredFinding[]; tests: readonly TestCase[] }

export interface Verdict {
  /** Why the patch is not taken; empty where it is. */
  faults: readonly string[]
  /** Of the target's findings. */
  repaired: number
  left: number
}

const place = ({ subproject, recipe, language }: Job) => `${subproject ? `${subproject} ` : ''}${recipe} (${language})`
const grave: Readonly<Record<string, number>> = { passed: 0, failed: 1 }

/**
 * Compares what the recipes said before and after. Whatever is missing, came to another end, or cannot be told counts against
 * the patch. The findings of `after` have been compared with those of `before` by the farm.
 */
export function judge(before: readonly Reading[], after: readonly Reading[], target: { subproject: string; recipe: string; language: string; identities: readonly number[]; kind: string }): Verdict {
  const faults: string[] = []
  const isTargets = ({ job }: Reading) => job.subproject === target.subproject && job.recipe === target.recipe && job.language === target.language
  let left = target.identities.length
  for (const was of before) {
    const runs = after.filter(one => place(one.job) === place(was.job))
    if (runs.length === 0) faults.push(`${place(was.job)} did not run`)
    for (const now of runs) faults.push(...faultsOf(was, now))
    if (isTargets(was)) left = Math.max(0, ...runs.map(now => stillThere(now, target.identities)))
  }
  if (!before.some(isTargets)) faults.push(`nothing ran ${target.recipe} before`)
  const repaired = target.identities.length - left
  if (repaired <= 0) faults.push(target.identities.length === 1 ? 'the finding is still there' : 'none of the findings is gone')
  if (target.kind === 'test' && left > 0 && repaired > 0) faults.push(`${left} of the tests still fail`)
  return { faults: [...new Set(faults)], repaired: Math.max(0, repaired), left }
}

/** All that the farm does not say is fixed: a tool that broke off has found nothing, either. */
function stillThere({ findings }: Reading, identities: readonly number[]): number {
  const of = (isFixed: boolean) => new Set(findings.filter(one => (one.state === 'fixed') === isFixed).map(one => one.identity))
  const [there, fixed] = [of(false), of(true)]
  return identities.filter(one => there.has(one) || !fixed.has(one)).length
}

const saysNothing = ({ findings, tests }: Reading) => findings.length === 0 && tests.length === 0

function faultsOf(was: Reading, now: Reading): string[] {
  const name = place(was.job)
  const faults: string[] = []
  const [before, after] = [grave[was.job.status] ?? 2, grave[now.job.status] ?? 2]
  if (after > before) faults.push(`${name} ended as ${now.job.status}, before it was ${was.job.status}`)
  // What this machine has no tool for says nothing, with the patch or without.
  if (after === 2 && now.job.status !== was.job.status) faults.push(`${name} came to no end: ${now.job.status}`)
  if (now.job.status === 'failed' && saysNothing(now) && !saysNothing(was)) faults.push(`${name} failed and said nothing`)
  const fresh = now.findings.filter(one => one.state === 'new')
  for (const { finding } of fresh.slice(0, 5)) faults.push(`new: ${finding.file ?? ''}${finding.line ? `:${finding.line}` : ''} ${finding.tool} ${finding.rule ?? ''} ${finding.message.split('\n', 1)[0]}`)
  if (fresh.length > 5) faults.push(`${fresh.length - 5} more new findings`)
  return [...faults, ...testFaults(was, now)]
}

/** Every test that passed passes; none is gone, skipped, or there less often; and the runner's own count agrees. */
function testFaults(was: Reading, now: Reading): string[] {
  const faults: string[] = []
  const [before, after] = [tally(was.tests), tally(now.tests)]
  const lost = [...before].filter(([, one]) => one.passed > 0).filter(([name, one]) => (after.get(name)?.passed ?? 0) < one.passed).map(([name]) => name)
  for (const name of lost.slice(0, 5)) faults.push(`the test ${name} passed before and ${after.get(name)?.failed ? 'fails' : after.get(name)?.skipped ? 'is skipped' : 'is gone'} now`)
  if (lost.length > 5) faults.push(`${lost.length - 5} more tests do not pass any more`)
  const skipped = [...after].filter(([name, one]) => one.skipped > (before.get(name)?.skipped ?? 0) && (before.get(name)?.failed ?? 0) > 0)
  for (const [name] of skipped.slice(0, 5)) faults.push(`the test ${name} failed before and is skipped now`)
  const gone = [...before].filter(([name, one]) => one.failed > 0 && !after.has(name))
  // Many runners name only what failed: that it is not named any more is no proof that it ran.
  if (was.tests.some(one => one.status === 'passed')) for (const [name] of gone.slice(0, 5)) faults.push(`the test ${name} failed before and is gone now`)
  const [counted, recounted] = [was.job.tests, now.job.tests]
  if (counted && !recounted) faults.push('the tests were not counted')
  if (counted && recounted) {
    if (recounted.total < counted.total) faults.push(`${recounted.total} tests ran, before there were ${counted.total}`)
    if (recounted.skipped > counted.skipped) faults.push(`${recounted.skipped} tests were skipped, before there were ${counted.skipped}`)
    if (recounted.passed < counted.passed) faults.push(`${recounted.passed} tests passed, before there were ${counted.passed}`)
  }
  return faults
}

interface Tally { passed: number; failed: number; skipped: number }

function tally(tests: readonly TestCase[]): Map<string, Tally> {
  const found = new Map<string, Tally>()
  for (const { tool, test, status } of tests) {
    const name = `${tool} ${test}`
    const one = found.get(name) ?? { passed: 0, failed: 0, skipped: 0 }
    one[status]++
    found.set(name, one)
  }
  return found
}
