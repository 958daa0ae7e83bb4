import type { Finding, LineParser, LineReader, Location } from '../../core/contract.ts'
import { levelOf, position } from '../../core/parse/index.ts'
import { commandFault } from './go-command.ts'
import { said } from './places.ts'

const header = /^(?:-: )?# (?:\S+)(?: \[\S+\])?$/
const vetHeader = /^# \[\S+\]$/
const related = /^\s+(?<file>[^\s:]+\.go):(?<line>\d+)(?::(?<column>\d+))?: (?<message>.*)$/
const cLevel = /^(?<level>fatal error|error|warning|note): (?<message>.*)$/
/** What the linker and cgo say in a package's section, without a place. */
const loose = /^(?:cgo: (?<cgo>\S.*)|\S*[\\/]?(?:link|compile|asm|cgo)(?:\.exe)?: (?<tool>\S.*)|(?<symbol>[^\s:]+: (?:function \S+ is undeclared in the main package|relocation target \S+ not defined.*|unresolved inter-package .*))|(?<ld>\S*\bld(?:\.\w+)?(?:\.exe)?: \S.*|collect2: error: .*|clang: error: .*))$/
const maxMore = 40

/**
 * What `go build`, `go vet`, `go run`, `go mod` and `gofmt` complain of: the compiler's messages below a header `# package`, the go command's own, the
 * linker's and cgo's. Indented lines belong to the message above them. While tests run, a place without a header is something that they log.
 */
export function goReader(emit: (finding: Finding) => void): LineReader {
  let pending: Finding | undefined
  let more: string[] = []
  let section = false
  let vetting = false
  let testing = false
  const flush = () => {
    // `package name` alone is Go code: only with the chain of imports below it does it say anything.
    if (pending && !(/^package \S+$/.test(pending.message) && !more.some(line => /^\s+imports /.test(line)))) emit(withMore(pending, more))
    pending = undefined
    more = []
  }
  const begin = (finding: Finding) => {
    flush()
    pending = finding
    return true
  }

  return {
    line(text) {
      const c = text.charCodeAt(0)
      if (pending && (c === 9 || c === 32)) return continued(text)
      if (c === 35 || c === 45) {
        if (header.test(text)) {
          flush()
          vetting = vetHeader.test(text)
          section = !vetting
          return true
        }
      }
      const one = said(text)
      if (one) {
        if (one.tool !== 'go' || vetting) return flush()
        if (one.message === 'too many errors') return true
        if (!one.sure && !section || testing && !section) return flush()
        const level = cLevel.exec(one.message)?.groups
        if (level?.level === 'note' && pending) {
          pending = { ...pending, related: [...pending.related ?? [], { file: one.file, ...at(one), message: level.message ?? '' }] }
          return true
        }
        return begin({ tool: 'go', kind: 'build', level: level ? levelOf(level.level) : 'error', message: level?.message ?? one.message, file: one.file, ...at(one) })
      }
      if (c === 61 && text.startsWith('=== RUN')) testing = true
      else if (testing && /^(?:ok|FAIL|PASS)(?:\s|$)/.test(text)) testing = false
      const fault = commandFault(text)
      if (fault) {
        section = false
        return begin(fault)
      }
      if (section && c !== 0) {
        const groups = loose.exec(text)?.groups
        if (groups?.ld && pending && pending.file === undefined) {
          if (more.length < maxMore) more.push(text)
          return true
        }
        const message = groups?.tool ?? groups?.cgo ?? groups?.symbol ?? groups?.ld
        if (message) return begin({ tool: 'go', kind: 'build', rule: groups?.cgo ? 'cgo' : 'link-failed', level: 'error', message })
      }
      if (text === '' || /^(?:ok|FAIL|PASS|\?|=== RUN)(?:\s|$)/.test(text)) section = vetting = false
      return flush()
    },
    end: flush,
  }

  function continued(text: string): true {
    const groups = related.exec(text)?.groups
    if (groups && pending) {
      const place: Location = { file: groups.file ?? '', ...at({ line: position(groups.line), column: position(groups.column) }), message: groups.message ?? '' }
      pending = { ...pending, related: [...pending.related ?? [], place] }
    } else if (more.length < maxMore) more.push(text)
    return true
  }
}

export const go: LineParser = { lines: ({ emit }) => goReader(emit) }

function at({ line, column }: { line: number | undefined; column: number | undefined }): Pick<Location, 'line' | 'column'> {
  return { ...(line ? { line } : {}), ...(column ? { column } : {}) }
}

/** `have (int)` and `want (string)` are part of the message; so is the module that a go command's message ends with. What gcc shows of the source is not. */
function withMore(finding: Finding, more: readonly string[]): Finding {
  const told = more.map(line => line.trim()).filter(line => line !== '')
  if (told.length === 0) return finding
  if (told.some(line => /^\d* ?\| /.test(line))) return { ...finding, trace: more.join('\n') }
  const command = /; to (?:add|update)(?: it)?:$/.test(finding.message)
  if (command) return { ...finding, message: finding.message.replace(/; to (?:add|update)(?: it)?:$/, ''), help: { text: `Run: ${told.join(' && ')}` } }
  const message = [finding.message, ...told].join('\n')
  return { ...finding, message, ...(message.includes('import cycle not allowed') ? { rule: 'import-cycle' } : {}) }
}
