import type { Kind, LineParser } from '../../core/contract.ts'
import { levelOf, position } from '../../core/parse/index.ts'
import { linterOf, linters } from './grammar/linters.ts'

const command = /^::(?<word>error|warning|notice) (?<properties>[^:]{1,2000}(?::[^:]{1,1000}){0,3}?)::(?<message>\S.*)$/
const ruleAtEnd = /^(?<message>.+) \((?<rule>[A-Za-z][\w-]{1,80})\)$/

/** GitHub's annotations of Swift sources: SwiftLint's github-actions-logging, swiftformat's github-actions-log, Periphery's github-actions, xcbeautify's renderer. */
export const annotations: LineParser = {
  lines({ emit }) {
    return {
      line(text) {
        if (!text.startsWith('::')) return false
        const groups = command.exec(text)?.groups
        if (!groups) return false
        const properties = new Map(groups['properties']!.split(',').map(pair => pair.split(/=(.*)/s, 2).map(one => one.trim()) as [string, string]))
        const file = properties.get('file')
        if (!file?.endsWith('.swift')) return false
        const [line, column] = [position(properties.get('line')), position(properties.get('col'))]
        const found = sourceOf(groups['message']!.replaceAll('%0A', '\n').replaceAll('%25', '%'))
        emit({ ...found, level: levelOf(groups['word'] === 'notice' ? 'note' : groups['word']), file, ...line && { line, ...column && { column } } })
        return true
      },
    }
  },
}

function sourceOf(text: string): { tool: string; kind: Kind; message: string; rule?: string } {
  if (linters.periphery.test(text)) return { tool: 'periphery', kind: 'lint', rule: 'unused', message: text }
  const linter = linterOf(text)
  if (linter) return { tool: linter.tool, kind: linter.tool === 'swiftformat' ? 'format' : 'lint', rule: linter.groups['rule']!, message: linter.groups['message']! }
  const groups = ruleAtEnd.exec(text)?.groups
  if (!groups) return { tool: 'swiftc', kind: 'build', message: text }
  const own = groups['rule']!.includes('_') || groups['rule'] === groups['rule']!.toLowerCase()
  return { tool: own ? 'swiftlint' : 'swiftformat', kind: own ? 'lint' : 'format', rule: groups['rule']!, message: groups['message']! }
}
