import type { LineParser, LineReader, ParseContext } from '../../core/contract.ts'
import { levelOf, position } from '../../core/parse/index.ts'
import { failureOf } from './frames.ts'

const message = /^##teamcity\[(?<name>\w+)(?<attributes> .*)\]$/
const attribute = / (?<key>\w+)='(?<value>(?:[^'|]|\|.)*)'/g
const escapes: Readonly<Record<string, string>> = { n: '\n', r: '', l: '\n', p: '\n' }

/**
 * TeamCity's service messages of PHPUnit and Pest (`--teamcity`), known by the places they give their tests. Their closing lines stand beside
 * them, so this is a part of the reader of those.
 * https://www.jetbrains.com/help/teamcity/service-messages.html
 */
export function teamcityReader(context: ParseContext): LineReader {
  /** Tests that have begun, with what is known of them. */
  const begun = new Map<string, { test: string; file: string | undefined; done: boolean }>()
  return {
    line(text) {
      const { name, given } = messageIn(text) ?? {}
      if (!given) return false
      const key = `${given.flowId ?? ''} ${given.name ?? ''}`
      if (name === 'testStarted') {
        const { test, file } = hinted(given) ?? {}
        if (test === undefined || begun.size > 10_000) return false
        begun.set(key, { test, file, done: false })
        return true
      }
      const one = begun.get(key)
      if (!one) return false
      if (name === 'testFinished') {
        begun.delete(key)
        const ms = Number(given.duration)
        if (!one.done) context.emit({ tool: 'phpunit', test: one.test, status: 'passed', file: one.file, ...(Number.isFinite(ms) ? { seconds: ms / 1000 } : {}) })
      } else if (!one.done && name === 'testFailed') {
        one.done = true
        const { trace, file, line } = failureOf((given.details ?? '').split('\n').map(detail => detail.trim()))
        context.emit({ tool: 'phpunit', test: one.test, status: 'failed', message: given.message, trace, file: file ?? one.file, line })
      } else if (!one.done && name === 'testIgnored') {
        one.done = true
        context.emit({ tool: 'phpunit', test: one.test, status: 'skipped', file: one.file, message: given.message })
      }
      return true
    },
  }
}

/** PHPStan's `--error-format=teamcity`. Source: PHPStan's documentation, "Output format". */
export const teamcity: LineParser = {
  lines({ emit }) {
    return {
      line(text) {
        const { name, given } = messageIn(text) ?? {}
        if (name !== 'inspection' || given?.typeId !== 'phpstan') return false
        emit({ tool: 'phpstan', kind: 'lint', level: levelOf(given.SEVERITY ?? 'error'), message: given.message ?? '', file: given.file, line: position(given.line), rule: given.identifier })
        return true
      },
    }
  },
}

function messageIn(text: string): { name: string; given: Record<string, string> } | undefined {
  const groups = text.startsWith('##teamcity[') && text.length <= 32_768 ? message.exec(text)?.groups : undefined
  return groups?.name === undefined ? undefined : { name: groups.name, given: attributesOf(groups.attributes ?? '') }
}

/** `php_qn:///app/TillTest.php::\TillTest::testAdd`; Pest: `pest_qn://tests/TillTest.php::it adds`. */
function hinted({ locationHint = '', name = '' }: Readonly<Record<string, string>>): { test: string; file: string } | undefined {
  const hint = /^(?:php|pest)_qn:\/\/(?<file>[^:]+(?::[\\/][^:]+)?)::(?<test>.+)$/.exec(locationHint)?.groups
  return hint?.file === undefined ? undefined : { file: hint.file, test: hint.test?.startsWith('\\') ? `${hint.test.slice(1).replace(/::.*$/, '')}::${name}` : hint.test ?? name }
}

function attributesOf(text: string): Record<string, string> {
  const found: Record<string, string> = {}
  for (const { groups } of text.matchAll(attribute)) {
    if (groups?.key) found[groups.key] = (groups.value ?? '').replace(/\|(0x[\da-fA-F]{4}|.)/gs, (_, code: string) => escapes[code] ?? (code.length > 1 ? String.fromCharCode(parseInt(code.slice(2), 16)) : code))
  }
  return found
}
