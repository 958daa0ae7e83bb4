import type { JsonParser, Level } from '../../core/contract.ts'
import { levelOf, list, num, position, str } from '../../core/parse/index.ts'

const levels: Readonly<Record<string, Level>> = { blocker: 'error', critical: 'error', major: 'error', minor: 'warning', info: 'note' }

/**
 * The list of issues of Code Climate and GitLab, as PHPStan (`gitlab`), PHPMD (`gitlab`), PHP CS Fixer (`gitlab`), Psalm (`codeclimate`) and Phan
 * (`json`, `codeclimate`) write it. https://github.com/codeclimate/platform/blob/master/spec/analyzers/SPEC.md
 */
export const codeClimate: JsonParser = {
  json: {
    is: head => /^\s*\[\s*\{/.test(head) && /"description"\s*:/.test(head) && /"location"\s*:/.test(head) && /"path"\s*:\s*"[^"]*\.(?:php\d?|phtml|inc|module|install|theme|neon)"/.test(head),
    each: ['[]'],
    read(value, { emit }) {
      const file = str(value, 'location', 'path')
      const description = str(value, 'description')
      if (file === undefined || description === undefined) return
      const name = str(value, 'check_name')
      const tool = toolOf(value)
      const severity = num(value, 'severity')
      const word = str(value, 'severity') ?? ''
      emit({
        tool, kind: tool === 'php-cs-fixer' ? 'format' : 'lint', rule: name?.replace(/^PHP-CS-Fixer\./, ''),
        // Phan's own scale: 0 low, 5 normal, 10 critical.
        level: severity !== undefined ? (severity >= 10 ? 'error' : severity >= 5 ? 'warning' : 'note') : tool === 'phpmd' ? levelOf('warning') : levels[word] ?? levelOf(word),
        message: tool === 'phan' ? description.replace(/^\w+ Phan\w+ /, '') : description, file,
        line: position(num(value, 'location', 'lines', 'begin') ?? num(value, 'location', 'positions', 'begin', 'line')),
        endLine: position(num(value, 'location', 'lines', 'end') ?? num(value, 'location', 'positions', 'end', 'line')),
      })
    },
  },
}

/** Only Code Climate's own form names the engine; otherwise each gives itself away. */
function toolOf(value: unknown): string {
  const name = str(value, 'check_name')
  const engine = str(value, 'engine_name')
  if (engine) return engine.toLowerCase()
  if (num(value, 'type_id') !== undefined || name?.startsWith('Phan')) return 'phan'
  if (list(value, 'categories').includes('PHP')) return 'phpmd'
  if (name?.startsWith('PHP-CS-Fixer.') || /^[a-z]+(?:_[a-z]+)*$/.test(name ?? '')) return 'php-cs-fixer'
  return name === undefined || name.includes('.') ? 'phpstan' : 'psalm'
}
