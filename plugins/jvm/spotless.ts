import type { LineParser } from '../../core/contract.ts'
import { unwrap } from './grammar/wrapping.ts'

const start = /The following (?:\d{1,9} )?files? had format violations:$/
const file = /^ {1,12}(?<file>(?:[A-Za-z]:(?=[\\/]))?[^\s@+\-·: ][^:@]{0,1000}(?:\.\w{1,15}|[a-z]file|WORKSPACE|BUILD|LICENSE))$/
const hunk = /^\s{0,16}@@ -(?<line>\d{1,9})(?:,\d{1,9})? \+\d/
const end = /^(?:Run '|> Run '|\s{0,8}Run '|\* Try|-> \[Help|\[Help|Violations also present in|BUILD FAILED|$)/
/** fmt-maven-plugin, formatter-maven-plugin. */
const single = /^(?:Non complying file: (?<a>\S.{0,1000})|File '(?<b>[^']{1,1000})' has not been previously formatted\..*)$/

/** Files that Spotless (Maven and Gradle), fmt-maven-plugin and formatter-maven-plugin would format differently, at the first difference shown. */
export const spotless: LineParser = {
  lines({ emit }) {
    let inside = false
    let pending: string | undefined
    const flush = (line?: number) => {
      if (pending !== undefined) emit({ tool: 'spotless', kind: 'format', level: 'error', rule: 'format', message: 'not formatted as configured', file: pending, ...line && { line } })
      pending = undefined
    }
    return {
      line(raw) {
        const { text } = unwrap(raw)
        if (text.endsWith('had format violations:') && start.test(text)) {
          flush()
          return inside = true
        }
        const one = text.startsWith('Non complying file: ') || text.startsWith("File '") ? single.exec(text)?.groups : undefined
        if (one) emit({ tool: 'formatter', kind: 'format', level: 'error', rule: 'format', message: 'not formatted as configured', file: one.a ?? one.b! })
        if (!inside) return one !== undefined
        if (end.test(text)) {
          flush()
          return inside = false
        }
        const at = pending === undefined ? undefined : hunk.exec(text)?.groups?.line
        if (at !== undefined) return flush(Number(at)), true
        const name = file.exec(text)?.groups?.file
        if (name !== undefined) {
          flush()
          pending = name
        }
        return true
      },
      end: () => flush(),
    }
  },
}
