import type { JsonParser, Level } from '../../core/contract.ts'
import { get, num, position, str } from '../../core/parse/index.ts'

const levels: Readonly<Record<string, Level>> = { BLOCKER: 'error', CRITICAL: 'error', MAJOR: 'error', MINOR: 'warning', INFO: 'note' }

/** Code Climate's form as SwiftLint (reporter codeclimate) and Periphery write it. */
export const codeclimate: JsonParser = {
  json: {
    is: head => /^\[\s*\{/.test(head) && /"(?:check_name|description)"\s*:/.test(head) && (/"engine_name"\s*:\s*"SwiftLint"/.test(head) || /"path"\s*:\s*"[^"]*\.swift"/.test(head) && /"fingerprint"\s*:/.test(head)),
    each: ['[]'],
    read(value, { emit }) {
      const [rule, message, file] = [str(value, 'check_name'), str(value, 'description'), str(value, 'location', 'path')]
      if (!message) return
      const line = position(num(value, 'location', 'lines', 'begin') ?? num(value, 'location', 'positions', 'begin', 'line'))
      const tool = get(value, 'engine_name') === 'SwiftLint' ? 'swiftlint' : 'periphery'
      emit({ tool, kind: 'lint', level: levels[str(value, 'severity')?.toUpperCase() ?? ''] ?? 'warning', message, rule: rule ?? 'unused', ...file && { file, ...line && { line } } })
    },
  },
}
