import type { JsonParser, ParseContext } from '../../core/contract.ts'
import { list, num, position, str } from '../../core/parse/index.ts'
import { frameOf, isOwn } from './frames.ts'

/** RSpec's `--format json`. The summary comes last and counts; errors outside of examples are told in `messages` only. */
export const rspecJson: JsonParser = {
  json: {
    is: head => /^\s*\{/.test(head) && /"(?:examples|summary|summary_line)"\s*:/.test(head) && /"(?:full_description|example_count|run_time)"\s*:|"examples"\s*:\s*\[\s*\]/.test(head),
    each: ['examples[]', 'messages[]', 'summary'],
    read(value, context, path) {
      if (path === 'examples[]') example(value, context)
      else if (path === 'messages[]') message(value, context)
      else summary(value, context)
    },
  },
}

function example(value: unknown, { emit }: ParseContext): void {
  const status = str(value, 'status')
  const test = str(value, 'full_description') ?? str(value, 'description')
  if (status === undefined || test === undefined) return
  const frames = list(value, 'exception', 'backtrace').flatMap(line => (typeof line === 'string' ? frameOf(line) ?? [] : []))
  const own = frames.find(isOwn)
  const seconds = num(value, 'run_time')
  const backtrace = list(value, 'exception', 'backtrace').filter(line => typeof line === 'string').slice(0, 100)
  emit({
    tool: 'rspec', test, status: status === 'passed' ? 'passed' : status === 'failed' ? 'failed' : 'skipped', seconds,
    file: own?.file ?? str(value, 'file_path'), line: own?.line ?? position(num(value, 'line_number')),
    message: str(value, 'exception', 'message')?.trim(), trace: backtrace.length > 0 ? backtrace.join('\n') : undefined,
  })
}

function message(value: unknown, { emit }: ParseContext): void {
  if (typeof value !== 'string') return
  const broken = /^\s*An error occurred (?:while loading (?<file>\S+)\.|(?<where>in an? .*)\.)$/m.exec(value.slice(0, 10_000))?.groups
  if (!broken) return
  const lines = value.split('\n', 400)
  const own = lines.flatMap(line => frameOf(line) ?? []).find(isOwn)
  const said = lines.slice(lines.findIndex(line => line.startsWith('Failure/Error:')) + 1).filter(line => line.trim() !== '' && !frameOf(line))
  emit({ tool: 'rspec', kind: 'test', level: 'error', rule: broken.file ? 'load' : 'hook', message: said.join('\n') || value.trim(), file: own?.file ?? broken.file, line: own?.line, trace: value.trim() })
}

function summary(value: unknown, { emit }: ParseContext): void {
  const [total, failed, skipped] = ['example_count', 'failure_count', 'pending_count'].map(key => num(value, key) ?? 0) as [number, number, number]
  if (num(value, 'example_count') !== undefined) emit({ tool: 'rspec', totals: { total, failed, skipped, passed: Math.max(0, total - failed - skipped) } })
}
