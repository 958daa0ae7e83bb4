import type { LineReader, ParseContext } from '../../core/contract.ts'
import { failureOf } from './failure.ts'

/** SpecReporter: a class as heading, tests in columns. */
const inColumns = /^ {2}(?<test>\S.*?\S) +(?<verdict>FAIL|ERROR|PASS|SKIP) \(\d+\.\d+s\)$/
const heading = /^(?<group>[\w:].*)$/
/** RubyMateReporter */
const inLine = /^ ?(?<verdict>FAIL|ERROR|PASS|SKIP) (?<test>\S.*) \(\d+\.\d+s\)$/
/** ProgressReporter, behind whatever is left of its bar. */
const inBrackets = /(?:^|[^\w]) ?(?<verdict>FAIL|ERROR|SKIP)\["(?<test>[^"]+)", (?:#<Class:)?"?(?<group>[\w:]+)/
const again = /^ \S.*#\S+ \(\d+\.\d+s\)$/
const mostLines = 400

interface Block { test: string; lines: string[] }

/**
 * Failures as minitest-reporters' SpecReporter, ProgressReporter and RubyMateReporter print them; its DefaultReporter prints as minitest itself,
 * and all close with minitest's line. Source: the README of minitest-reporters.
 */
export function reportersReader({ emit }: ParseContext): LineReader & { end(): void } {
  let group = ''
  let block: Block | undefined
  const close = () => {
    if (block) {
      const lines = block.lines.map(line => line.replace(/^Minitest::(?:Assertion|UnexpectedError): {0,9}/, '        '))
      emit({ tool: 'minitest', test: block.test, status: 'failed', ...failureOf(lines) })
    }
    block = undefined
  }
  return {
    line(text) {
      const groups = verdictIn(text)
      if (groups) {
        close()
        const owner = groups.group ?? (text.startsWith('  ') ? group : '')
        if (/FAIL|ERROR/.test(groups.verdict ?? '')) block = { test: owner ? `${owner}#${groups.test}` : groups.test ?? '', lines: [] }
        return true
      }
      if (block) {
        const c = text.charCodeAt(0)
        if (again.test(text)) return true
        if (c === 32 || c === 9 || text === '' && block.lines.length < 40 || text.startsWith('Minitest::')) {
          if (block.lines.length < mostLines) block.lines.push(text)
          return true
        }
        close()
      }
      const c = text.charCodeAt(0)
      if (c > 64 && c < 123 && text.length < 200) group = heading.exec(text)?.groups?.group ?? group
      return false
    },
    end: close,
  }
}

function verdictIn(text: string): Readonly<Record<string, string | undefined>> | undefined {
  if (text.length > 4000) return undefined
  if (text.endsWith('s)')) return (text.startsWith('  ') ? inColumns : inLine).exec(text)?.groups
  return text.includes('["') ? inBrackets.exec(text)?.groups : undefined
}
