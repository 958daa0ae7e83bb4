import type { LineParser } from '../../core/contract.ts'
import { failureIn, panicking } from './failure.ts'

/** A program that panicked: `cargo run`, an example, a benchmark. Where tests run, a panic is theirs: many are meant to be. */
const tests = /^test result: |^running \d{1,9} tests?$|^ {3,8}(?:Running (?:unittests|(?:tests|benches)[\\/])|Doc-tests )|^ {0,12}(?:Starting \d{1,9} tests? across|Summary \[)|^---- \S.* stdout ----$/
const most = 100
const maxLines = 200

export const panic: LineParser = {
  lines({ emit }) {
    let panics: string[][] = []
    let open: string[] | undefined
    let amongTests = false
    return {
      line(text) {
        if (amongTests) return false
        if (tests.test(text)) {
          amongTests = true
          panics = []
          return false
        }
        if (text.startsWith("thread 'main' ") && panicking(text) !== undefined) {
          open = [text]
          if (panics.length < most) panics.push(open)
          return true
        }
        if (!open) return false
        if (text.trim() === '') return open = undefined, false
        if (open.length < maxLines) open.push(text)
        return true
      },
      end() {
        for (const lines of panics) {
          const found = failureIn(lines)
          if (found) emit({ tool: 'panic', rule: 'panic', kind: 'build', level: 'error', trace: lines.join('\n'), ...found })
        }
      },
    }
  },
}
