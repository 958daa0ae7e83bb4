import type { LineParser, TestCase } from '../../core/contract.ts'
import { number, totals } from './grammar/counts.ts'
import { placeIn } from './grammar/stack.ts'
import { unwrap } from './grammar/wrapping.ts'

const suite = /^(?:Testsuite: |Running )(?<class>[\w$.]{1,300})$/
const counts = /^Tests run: ?(?<total>\d{1,9}), Failures: ?(?<failures>\d{1,9}), Errors: ?(?<errors>\d{1,9})(?:, Skipped: ?(?<skipped>\d{1,9}))?/
const failure = /^Testcase: (?<name>.{1,400}?)(?:\((?<class>[\w$.]{1,300})\))?(?::\s|\s+took [\d.,]{1,12} sec\s*)(?:Caused an ERROR|FAILED)$/
const testcase = /^Testcase: (?<name>.{1,400}?)(?:\((?<class>[\w$.]{1,300})\))? took [\d.,]{1,12} sec$/
/** The plain formatter names every case, and says beneath it how it ended. */
const ended = /^\t(?:FAILED|Caused an ERROR)$/

/** Ant's junit and junitlauncher tasks with their plain and brief formatters: suites' counts, and the cases that failed. */
export const antJunit: LineParser = {
  lines({ emit }) {
    let own = ''
    let current: { test: TestCase; lines: string[]; testClass: string } | undefined
    const flush = () => {
      if (!current) return
      const { test, lines, testClass } = current
      const trace = lines.join('\n').trim()
      const message = lines.find(line => line.trim() !== '')?.trim()
      emit({ ...test, ...message && { message }, ...trace && { trace }, ...placeIn(trace, testClass) })
      current = undefined
    }
    let named: Record<string, string | undefined> | undefined
    const open = (groups: Record<string, string | undefined>) => {
      current = { test: { tool: 'ant', test: `${groups.class ?? own}.${groups.name}`, status: 'failed' }, lines: [], testClass: groups.class ?? own }
    }
    return {
      line(line) {
        const { text, task } = unwrap(line)
        if (task === undefined || !task.startsWith('junit')) return false
        const name = suite.exec(text)?.groups?.class
        if (name !== undefined) {
          flush()
          own = name
          return true
        }
        const said = text.startsWith('Tests run:') ? counts.exec(text)?.groups : undefined
        if (said) {
          flush()
          emit(totals('ant', { total: number(said.total), failed: number(said.failures) + number(said.errors), skipped: number(said.skipped) }))
          return true
        }
        if (text.startsWith('Testcase: ')) {
          flush()
          named = undefined
          const groups = failure.exec(text)?.groups
          if (groups) open(groups)
          else named = testcase.exec(text)?.groups
          return true
        }
        if (named && ended.test(text)) {
          open(named)
          named = undefined
          return true
        }
        if (!current) return false
        if (/^Test \S{1,300} FAILED/.test(text) || current.lines.length >= 300) return flush(), true
        current.lines.push(text)
        return true
      },
      end: flush,
    }
  },
}
