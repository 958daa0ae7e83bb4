import type { Finding, LineParser } from '../../core/contract.ts'

const undefinedSymbols = /^(?:ld: )?Undefined symbols(?: for architecture [\w.]{1,30})?:$/
const symbol = /^\s{2}(?:"(?<quoted>.{1,2000})"|(?<bare>\S.{0,2000}?)), referenced from:$/
const duplicate = /^duplicate symbol '?(?<symbol>.{1,1000}?)'? in:$/
/** Where it is used: Apple's `      _main in main.o`, lld's `>>> referenced by main.swift:5 (/repo/main.swift:5)`. */
const user = /^(?:\s{4,8}\S|>>> )/
const place = /^>>> (?:referenced by|defined at) (?<near>[^\s:]{1,500}):(?<line>\d{1,9})(?: \((?<far>[^()]{1,1000}):\d{1,9}\))?$/
const lone = /^(?:\/\S{1,300}\/)?(?:ld(?:64|\.gold|\.lld)?|ld64\.lld|clang): (?:(?<word>error|warning|fatal error): )?(?<message>\S.*)$/
const gnu = /^(?:[^\s:]{1,1000}\.o:)?(?<file>[^\s:][^:]{0,1000}\.(?:swift|c|cpp|m|mm|o))(?::(?<line>\d{1,9})|:\([^()]{1,200}\))?: (?:error: )?(?<message>(?:undefined reference to|multiple definition of) .+)$/
/** What a linker says without a word of severity. */
const known = /^(?:framework (?:not found|'.+' not found)|library (?:not found|'.+' not found)|file not found: |building for |undefined symbol|can't |cannot |unable to |unknown )/
const summary = /linker command failed|symbol\(s\) not found for architecture|link command failed|duplicate symbols? for architecture/

/** Apple's linker, and lld and gold on Linux: each symbol that is missing or there twice is a finding. */
export const linker: LineParser = {
  lines({ emit }) {
    let table = false
    let pending: Finding | undefined
    const flush = () => {
      if (pending) emit(pending)
      pending = undefined
    }
    const begin = (finding: Omit<Finding, 'tool' | 'kind'>): true => {
      flush()
      pending = { tool: 'ld', kind: 'build', ...finding }
      return true
    }
    return {
      line(text) {
        if (table || pending) {
          const found = table ? symbol.exec(text)?.groups : undefined
          if (found) return begin(ruled(`undefined symbol: ${found['quoted'] ?? found['bare']}`, 'error'))
          if (pending && user.test(text)) return used(pending, text)
          flush()
          table = false
        }
        if (undefinedSymbols.test(text)) return table = true
        const c = text.charCodeAt(0)
        const twice = c === 100 ? duplicate.exec(text)?.groups?.['symbol'] : undefined
        if (twice) return begin(ruled(`duplicate symbol: ${twice}`, 'error'))
        const groups = text.includes('ld') || c === 99 ? lone.exec(text)?.groups : undefined
        if (groups && (groups['word'] !== undefined || known.test(groups['message']!))) {
          const message = groups['message']!
          return summary.test(message) || begin(ruled(message, groups['word'] === 'warning' ? 'warning' : 'error'))
        }
        const reference = / (?:undefined reference to|multiple definition of) /.test(text) ? gnu.exec(text)?.groups : undefined
        if (!reference) return groups !== undefined && summary.test(text)
        const line = Number(reference['line'])
        return begin({ ...ruled(reference['message']!, 'error'), file: reference['file']!, ...line && { line } })
      },
      end: flush,
    }
  },
}

function ruled(message: string, level: 'error' | 'warning'): Pick<Finding, 'message' | 'level' | 'rule'> {
  const rule = message.startsWith('undefined') ? 'undefined-reference' : /^(?:duplicate symbol|multiple definition)/.test(message) ? 'multiple-definition' : /^(?:cannot find |library (?:not found|'.+' not found))/.test(message) ? 'library-not-found' : undefined
  return { message, level, ...rule && { rule } }
}

function used(finding: Finding, text: string): true {
  const groups = finding.file === undefined ? place.exec(text)?.groups : undefined
  if (groups) Object.assign(finding, { file: groups['far'] ?? groups['near'], line: Number(groups['line']) })
  if ((finding.trace?.length ?? 0) < 4000) finding.trace = `${finding.trace === undefined ? '' : `${finding.trace}\n`}${text.trim()}`
  return true
}
