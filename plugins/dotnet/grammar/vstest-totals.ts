import type { TestCounts } from '../../../core/contract.ts'

/** `open`: the counts follow on lines of their own; `summary`: the sum of all assemblies, said once more. */
export interface Totals extends TestCounts { form: 'line' | 'open' | 'summary' }

/** `Failed!  - Failed:     1, Passed:     2, Skipped:     0, Total:     3, Duration: 12 ms - Tests.dll (net8.0)`: in any language, in this order. */
const perAssembly = /^[^\s!\uff01]{2,20} ?[!\uff01] {1,8}- [^:：]{1,30}[:：] {0,8}(?<failed>\d{1,9})[,，] ?[^:：,]{1,30}[:：] {0,8}(?<passed>\d{1,9})[,，] ?[^:：,]{1,30}[:：] {0,8}(?<skipped>\d{1,9})[,，] ?[^:：,]{1,30}[:：] {0,8}(?<total>\d{1,9})[,，] ?\S/
/** `Total tests: 3. Passed: 2. Failed: 1. Skipped: 0.` */
const oneLine = /^Total tests: (?<total>\d{1,9})\. Passed: (?<passed>\d{1,9})\. Failed: (?<failed>\d{1,9})\. Skipped: (?<skipped>\d{1,9})\.$/
const open = /^Total tests: (?<total>\d{1,9})$/
/** The terminal logger's: `Test summary: total: 3, failed: 1, succeeded: 2, skipped: 0, duration: 1.2s`. */
const summary = /^Test summary: total: (?<total>\d{1,9}), failed: (?<failed>\d{1,9}), succeeded: (?<passed>\d{1,9}), skipped: (?<skipped>\d{1,9}), duration: /

export function closing(text: string): Totals | undefined {
  if (text.startsWith('Total tests: ')) return totals(oneLine.exec(text), 'line') ?? totals(open.exec(text), 'open')
  if (text.startsWith('Test summary: ')) return totals(summary.exec(text), 'summary')
  const at = text.search(/[!\uff01] {1,8}- /)
  return at > 0 && at < 22 ? totals(perAssembly.exec(text), 'line') : undefined
}

function totals(match: RegExpExecArray | null, form: Totals['form']): Totals | undefined {
  if (!match) return undefined
  const number = (name: string) => Number(match.groups?.[name] ?? 0)
  return { form, total: number('total'), passed: number('passed'), failed: number('failed'), skipped: number('skipped') }
}
