import type { TestCase } from '../../core/contract.ts'

const testFile = /\bin test file (?<file>.{1,1000}), line (?<line>\d+)[,)]/
const anyFile = /\bin file (?<file>.{1,1000}), line (?<line>\d+)[,)]/

/** What bats writes under a failed test, in all its formats: where, which command, and the test's output. */
export function explained(test: TestCase, lines: readonly string[]): TestCase {
  const trace = lines.map(line => line.trimEnd()).join('\n').trim()
  if (trace === '') return test
  const at = (testFile.exec(trace) ?? anyFile.exec(trace))?.groups
  // Any other TAP has diagnostics of its own making.
  if (!at) return { ...test, trace }
  const message = lines.map(line => line.trim()).find(line => line !== '' && !/^\(|^in (?:test )?file |^---$|^message: \|$/.test(line))
  return { ...test, trace, message: message ?? test.message ?? 'The test failed', file: at['file']!, line: Number(at['line']) }
}

/** Names carry their time with `--timing`: ` in 22ms` in TAP, ` [22]` in the pretty form. */
export function timed(name: string): { test: string; seconds?: number } {
  const groups = /^(?<test>.*\S) (?:in (?<tap>\d{1,9})ms|\[(?<pretty>\d{1,9})\])$/.exec(name)?.groups
  return groups ? { test: groups['test']!, seconds: Number(groups['tap'] ?? groups['pretty']) / 1000 } : { test: name }
}
