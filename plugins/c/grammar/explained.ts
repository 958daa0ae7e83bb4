import { remembering } from '../../../core/parse/index.ts'

/**
 * Lines by which a tool says what went wrong. A build system's own "it failed" is worth a finding only where none of them came
 * before: otherwise the failed step has explained itself.
 */
const words = /(?:^|[\s:(["'*])(?:(?:fatal |internal compiler )?[eE]rror|ERROR|FAIL(?:ED|URES?)?|[fF]ail(?:ed|ures?)|fatal|panic|Traceback|undefined reference|not found|missing on your system|No such file|Assertion|Aborted|Segmentation fault|ERROR SUMMARY)\b/

export const explains = remembering(line => words.test(line.length > 2000 ? line.slice(0, 2000) : line))
