import type { Location } from '../../../core/contract.ts'
import { isRuntime } from './sources.ts'

const colon = /(?:^|[\s("'])(?<file>(?:[A-Za-z]:)?[^\s:()"']{1,500}\.(?:c|cc|cpp|cxx|h|hh|hpp|hxx|m|mm|cu)):(?<line>\d{1,9})\b/
const parenthesis = /(?:^|[\s"'])(?<file>(?:[A-Za-z]:)?[^\s:()"']{1,500}\.(?:c|cc|cpp|cxx|h|hh|hpp|hxx|m|mm|cu))\((?<line>\d{1,9})\)/

/** The first source line of the project that a failed test's output names. */
export function firstPlace(lines: readonly string[]): Location | undefined {
  for (const line of lines) {
    const text = line.slice(0, 2000)
    const groups = (colon.exec(text) ?? parenthesis.exec(text))?.groups
    if (groups && !isRuntime(groups['file']!)) return { file: groups['file']!, line: Number(groups['line']) || 1 }
  }
  return undefined
}

/** The line that says most about why a test failed. */
export function firstReason(lines: readonly string[]): string | undefined {
  const reason = lines.map(text => text.slice(0, 2000)).find(text => /Assertion .*failed|: Failure$|runtime error:|ERROR: \w+Sanitizer|terminate called|what\(\):|\b[Ee]rror: |\bFAILED\b/.test(text))
  return reason?.trim().slice(0, 500)
}
