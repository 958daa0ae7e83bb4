import type { LineParser } from '../../core/contract.ts'

const located = /^(?<file>\S.{0,500}?\.swift):(?<line>\d{1,9}): (?<kind>Fatal error|Precondition failed|Assertion failed)(?:: (?<message>.{0,2000}))?$/
const old = /^(?<kind>[Ff]atal error|[Pp]recondition failed|[Aa]ssertion failed)(?:: (?<message>.{0,2000}?))?: file (?<file>\S.{0,500}\.swift), line (?<line>\d{1,9})$/
const program = /^(?:\*\*\* |\u{1f4a3} )?(?:Program crashed|Swift runtime failure): (?<message>.{1,500}?)(?: \*\*\*)?$/u
const frame = /^\s{0,4}\d{1,4} .{1,1000}? (?:in \S{1,200} )?at (?<file>\/?\S.{0,500}?\.swift):(?<line>\d{1,9})(?::\d{1,9})?$/
/** The standard library names its own sources by their module. */
const library = /^(?:Swift|Foundation|FoundationEssentials|Dispatch|_StringProcessing|_Concurrency|XCTest|Testing)\/|\/(?:swift-corelibs-[\w-]+|stdlib\/public)\//

/** A Swift program that stopped at a fatal error: where it says so, else the first frame of the backtrace in somebody's own source. */
export const crash: LineParser = {
  lines({ emit }) {
    let pending: { rule: string; message: string; file?: string; line?: number; trace: string[] } | undefined
    const flush = () => {
      if (!pending) return
      const { trace, ...rest } = pending
      pending = undefined
      emit({ tool: 'swift-runtime', kind: 'build', level: 'error', ...rest, ...trace.length > 0 && { trace: trace.join('\n') } })
    }
    return {
      line(text) {
        const groups = /(?:rror|ailed)\b/.test(text) && text.includes('.swift') ? (located.exec(text) ?? old.exec(text))?.groups : undefined
        if (groups) {
          flush()
          const own = !library.test(groups['file']!)
          pending = { rule: groups['kind']!.toLowerCase().replace(' ', '-'), message: `${groups['kind']}${groups['message'] ? `: ${groups['message']}` : ''}`, ...own && { file: groups['file']!, line: Number(groups['line']) }, trace: [] }
          return true
        }
        const said = text.includes('rogram crashed') || text.includes('runtime failure') ? program.exec(text)?.groups : undefined
        if (said && !pending) {
          pending = { rule: 'crash', message: said['message']!, trace: [] }
          return true
        }
        if (!pending) return said !== undefined
        const at = frame.exec(text)?.groups
        if (at) {
          if (pending.file === undefined && !library.test(at['file']!)) Object.assign(pending, { file: at['file'], line: Number(at['line']) })
          if (pending.trace.length < 200) pending.trace.push(text)
          return true
        }
        if (pending.trace.length > 0 && /^(?:Registers|Images|Test Suite|error: )/.test(text)) flush()
        return said !== undefined
      },
      end: flush,
    }
  },
}
