import type { ParseContext, TestCase, XmlElement, XmlParser } from '../../core/contract.ts'
import { child } from '../../core/parse/index.ts'
import { frameOf } from './grammar/stack.ts'

interface Report {
  results: { id: string; name: string; one: Omit<TestCase, 'test'> }[]
  classes: Map<string, string>
  /** Attributes of the results that are the sum of their rows. */
  outer: WeakSet<object>
  stated: { total: number; passed: number; failed: number } | undefined
}

const reports = new WeakMap<ParseContext, Report>()

/** Visual Studio's test results (`--logger trx`). The classes of the tests are named behind the results. */
export const trx: XmlParser = {
  reports: ['TestResults/*.trx', '*/TestResults/*.trx'],
  xml: {
    is: head => /<TestRun[\s>]/.test(head) && /VisualStudio\/TeamTest|<UnitTestResult[\s>]|<TestSettings[\s>]/.test(head),
    each: ['UnitTestResult', 'UnitTest', 'Counters', 'RunInfo'],
    read(element, ancestors, context) {
      const report: Report = reports.get(context) ?? { results: [], classes: new Map(), outer: new WeakSet(), stated: undefined }
      reports.set(context, report)
      switch (element.name) {
        case 'UnitTestResult': {
          const outer = ancestors.findLast(one => one.name === 'UnitTestResult')
          if (outer) report.outer.add(outer.attributes)
          if (!report.outer.has(element.attributes)) report.results.push(resultOf(element))
          break
        }
        case 'UnitTest': {
          const [id, name] = [element.attributes['id'], child(element, 'TestMethod')?.attributes['className']?.split(',', 1)[0]]
          if (id && name) report.classes.set(id, name)
          break
        }
        case 'Counters': {
          report.stated = countersOf(element)
          break
        }
        default: {
          const text = child(element, 'Text')?.text.trim() ?? ''
          if (/^(?:The active )?[Tt]est run was aborted|[Tt]est ?host process|^Unhandled [Ee]xception/.test(text)) {
            context.emit({ tool: 'trx', rule: 'aborted', level: 'error', kind: 'test', message: text })
          }
        }
      }
    },
    end(context) {
      const report = reports.get(context)
      reports.delete(context)
      for (const { id, name, one } of report?.results ?? []) {
        const group = report?.classes.get(id)
        context.emit({ ...one, test: group === undefined || name.startsWith(`${group}.`) ? name : `${group}.${name}` })
      }
      const { stated } = report ?? {}
      if (!report || report.results.length > 0 || !stated?.total) return
      context.emit({ tool: 'trx', totals: { ...stated, skipped: Math.max(0, stated.total - stated.passed - stated.failed) } })
    },
  },
}

const failed = new Set(['failed', 'error', 'timeout', 'aborted', 'passedbutrunaborted', 'notrunnable', 'disconnected'])
const passed = new Set(['passed', 'warning', 'completed'])

function resultOf(element: XmlElement): Report['results'][number] {
  const { testId: id = '', testName: name = '', outcome = '', duration } = element.attributes
  const word = outcome.toLowerCase()
  // Without a word it is an error: the schema's default.
  const status = failed.has(word) || outcome === '' ? 'failed' : passed.has(word) ? 'passed' : 'skipped'
  const error = child(child(element, 'Output') ?? element, 'ErrorInfo')
  const [message, stack] = [child(error ?? element, 'Message')?.text.trim(), child(error ?? element, 'StackTrace')?.text.trimEnd()]
  const seconds = /^(?<h>\d{1,4}):(?<m>\d\d):(?<s>\d\d(?:\.\d{1,9})?)$/.exec(duration ?? '')?.groups
  return {
    id, name,
    one: {
      tool: 'trx', status,
      ...seconds && { seconds: Number(seconds['h']) * 3600 + Number(seconds['m']) * 60 + Number(seconds['s']) },
      ...status === 'failed' && { ...message && { message }, ...stack && { trace: stack, ...frameOf(stack.split('\n', 400).map(line => line.trimEnd())) } },
    },
  }
}

function countersOf({ attributes }: XmlElement): NonNullable<Report['stated']> {
  const sum = (...names: string[]) => names.reduce((total, name) => total + (/^\d{1,9}$/.test(attributes[name] ?? '') ? Number(attributes[name]) : 0), 0)
  return { total: sum('total'), passed: sum('passed', 'warning', 'completed'), failed: sum('failed', 'error', 'timeout', 'aborted', 'passedButRunAborted', 'notRunnable', 'disconnected') }
}
