import type { Finding, Level, LineParser } from '../../core/contract.ts'

/** flawfinder's text (`file:line:col:  [level] (category) name: text`, the text often on indented lines) and its `--csv`. */
export const flawfinder: LineParser = {
  lines({ emit }) {
    let current: Finding | undefined
    let columns: readonly string[] | undefined
    const flush = () => {
      if (current) emit({ ...current, message: current.message.trim() })
      current = undefined
    }
    return {
      line(text) {
        if (text.startsWith('File,Line,Column,')) { columns = fields(text); return true }
        const row = columns && record(columns, fields(text))
        if (row) { emit(row); return true }
        const groups = text.includes('] (') ? hit.exec(text)?.groups : undefined
        if (groups) {
          flush()
          const column = Number(groups['column']) || undefined
          current = { ...base(groups['level']!, groups['category']!, groups['name']!), message: groups['message'] ?? '', file: groups['file']!, line: Number(groups['line']) || 1, ...column && { column } }
          return true
        }
        if (current && /^ {2}\S/.test(text)) {
          if (current.message.length < 4000) current = { ...current, message: `${current.message} ${text.trim()}` }
          return true
        }
        flush()
        return false
      },
      end: flush,
    }
  },
}

const hit = /^(?<file>\S.{0,1000}?):(?<line>\d{1,9}):(?:(?<column>\d{1,9}):)? {1,2}\[(?<level>[0-5])\] \((?<category>[\w ]{1,40})\) (?<name>[^\s:]{1,200}): ?(?<message>.*)$/

/** flawfinder's risk levels go from 0 to 5; it calls 4 and 5 serious. */
function base(level: string, category: string, name: string): Omit<Finding, 'message'> {
  const risk = Number(level)
  const word: Level = risk >= 4 ? 'error' : risk >= 2 ? 'warning' : 'note'
  return { tool: 'flawfinder', kind: 'audit', level: word, rule: `${category}/${name}` }
}

function record(columns: readonly string[], values: readonly string[]): Finding | undefined {
  if (values.length !== columns.length) return undefined
  const at = (name: string) => values[columns.indexOf(name)] ?? ''
  if (!/^[0-5]$/.test(at('Level'))) return undefined
  const [line, column] = [Number(at('Line')) || undefined, Number(at('Column')) || undefined]
  const cwe = /^CWE-(\d{1,5})/.exec(at('CWEs'))?.[1]
  const url = /^https?:\/\//.test(at('HelpUri')) ? at('HelpUri') : cwe && `https://cwe.mitre.org/data/definitions/${cwe}.html`
  return {
    ...base(at('Level'), at('Category'), at('Name')), file: at('File'), ...line && { line }, ...column && { column },
    message: [at('Warning'), at('Suggestion')].filter(Boolean).join(at('Warning').endsWith('.') ? ' ' : '. '), ...url && { help: { url } },
  }
}

/** One line of RFC 4180; a field with a line break in it is not among what flawfinder writes. */
function fields(line: string): string[] {
  return Array.from(line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^",]*))/g), ([, quoted, bare]) => quoted?.replaceAll('""', '"') ?? bare ?? '')
}
