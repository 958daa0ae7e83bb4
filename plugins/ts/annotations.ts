import { position } from '../../core/parse/index.ts'
import type { Finding, Level, LineParser } from '../../core/contract.ts'

const command = /^::(?<level>error|warning|notice) (?<properties>[a-zA-Z]+=.*?)::(?<message>.*)$/
const levels: Readonly<Record<string, Level>> = { error: 'error', warning: 'warning', notice: 'note' }
const escapes: Readonly<Record<string, string>> = { '%0A': '\n', '%0D': '', '%25': '%', '%3A': ':', '%2C': ',' }

/**
 * GitHub workflow commands as Biome, oxlint and Stylelint write them; the title says which of them it is.
 * https://docs.github.com/actions/reference/workflow-commands-for-github-actions
 */
export const annotations: LineParser = {
  lines(context) {
    return {
      line(text) {
        const groups = text.startsWith('::') ? command.exec(text)?.groups : undefined
        const one = groups && finding(groups)
        if (!one) return
        context.emit(one)
        return true
      },
    }
  },
}

function finding(groups: Record<string, string | undefined>): Finding | undefined {
  const given = new Map((groups.properties ?? '').split(',').map(pair => split(pair)))
  const title = given.get('title') ?? ''
  const tool = toolOf(title)
  if (!tool) return undefined
  const message = plain(groups.message ?? '')
  const css = tool === 'stylelint' ? / \((?<rule>[\w/@-]+)\)(?: - \S+)?$/.exec(message) : null
  return {
    tool, rule: css?.groups?.rule ?? (/[/(]|^(?:parse|format)$/.test(title) ? title : undefined),
    level: levels[groups.level ?? ''] ?? 'warning', kind: title === 'format' ? 'format' : 'lint',
    message: (css ? message.slice(0, css.index) : message).replace(/^[^:\s]+:\d+:\d+: /, ''),
    file: given.get('file'), line: position(given.get('line')), column: position(given.get('col')),
    endLine: position(given.get('endLine')), endColumn: position(given.get('endColumn')),
  }
}

function toolOf(title: string): string | undefined {
  if (/^(?:lint|assist|syntax|suppressions)\/|^(?:parse|format)$/.test(title)) return 'biome'
  if (title === 'oxlint' || /^[\w@-]+\([\w@/-]+\)$/.test(title)) return 'oxlint'
  return title === 'Stylelint problem' ? 'stylelint' : undefined
}

function split(pair: string): [string, string] {
  const at = pair.indexOf('=')
  return [pair.slice(0, at), plain(pair.slice(at + 1))]
}

function plain(text: string): string {
  return text.replace(/%(?:0A|0D|25|3A|2C)/g, code => escapes[code] ?? code)
}
