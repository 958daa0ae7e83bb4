import type { Finding, Level, LineParser, Location, ParseContext } from '../../core/contract.ts'
import { isRuntime } from './grammar/sources.ts'

/** Valgrind's text (memcheck, helgrind, drd): blocks of `==pid==` lines, told apart by empty ones. One block is one error. */
export const valgrind: LineParser = {
  lines(context) {
    const blocks = new Map<string, string[]>()
    return {
      line(text) {
        const groups = prefixed.exec(text)?.groups
        if (!groups) return false
        const pid = groups['pid']!
        const body = groups['body']!
        const block = blocks.get(pid) ?? []
        if (/^\s*$/.test(body) || /^-{10,}$/.test(body) || (block.some(isFrame) && header(body) !== undefined)) {
          report(block, context)
          blocks.set(pid, body.trim() && !body.startsWith('-') ? [body] : [])
        } else if (block.length < 400 && blocks.size < 1000) blocks.set(pid, [...block, body])
        return true
      },
      end() {
        for (const block of blocks.values()) report(block, context)
      },
    }
  },
}

const prefixed = /^(?:\s{0,4})(?:==|--|\*\*)(?<pid>\d{1,9})(?:==|--|\*\*) ?(?<body>.*)$/
const frame = /^\s{1,8}(?:at|by) 0x[0-9A-Fa-f]{1,16}: .{0,4000}?\((?:(?<file>[^()]{1,1000}):(?<line>\d{1,9})|in [^()]{1,1000})\)$/
const isFrame = (text: string) => /^\s{1,8}(?:at|by) 0x[0-9A-Fa-f]{1,16}: /.test(text)

const kinds: readonly (readonly [RegExp, string, Level])[] = [
  [/^Invalid read of size/, 'InvalidRead', 'error'],
  [/^Invalid write of size/, 'InvalidWrite', 'error'],
  [/^Conditional jump or move depends on uninitialised/, 'UninitCondition', 'error'],
  [/^Use of uninitialised value/, 'UninitValue', 'error'],
  [/^Syscall param /, 'SyscallParam', 'error'],
  [/^Invalid free\(\)/, 'InvalidFree', 'error'],
  [/^Mismatched (?:free\(\)|\w+\/\w+ )/, 'MismatchedFree', 'error'],
  [/^Source and destination overlap/, 'Overlap', 'error'],
  [/^Jump to the invalid address/, 'InvalidJump', 'error'],
  [/^Argument '.*' of function .* has a fishy/, 'FishyValue', 'error'],
  [/^(?:Illegal memory pool|Unaddressable byte|Uninitialised byte)/, 'ClientCheck', 'error'],
  [/are definitely lost in loss record/, 'Leak_DefinitelyLost', 'error'],
  [/are possibly lost in loss record/, 'Leak_PossiblyLost', 'warning'],
  [/are indirectly lost in loss record/, 'Leak_IndirectlyLost', 'warning'],
  [/are still reachable in loss record/, 'Leak_StillReachable', 'note'],
  [/^Possible data race during/, 'Race', 'error'],
  [/^Conflicting (?:load|store) by thread/, 'ConflictingAccess', 'error'],
  [/lock order ".*" violated/, 'LockOrder', 'error'],
  [/^Thread #\d+.*(?:unlocked|exits|still holds)/, 'Lock', 'error'],
  [/^Process terminating with default action of signal/, 'FatalSignal', 'error'],
]

const header = (text: string) => kinds.find(([pattern]) => pattern.test(text))

function report(block: readonly string[], { emit }: ParseContext): void {
  const index = block.findIndex(text => header(text) !== undefined)
  if (index < 0 || !block.some(isFrame)) return
  const [, rule, level] = header(block[index]!)!
  const places = block.slice(index).flatMap(text => {
    const groups = frame.exec(text)?.groups
    return groups?.['file'] ? [{ file: groups['file'], line: Number(groups['line']) || 1 }] : []
  })
  const place: Location | undefined = places.find(one => !isRuntime(one.file)) ?? places[0]
  const finding: Finding = {
    tool: 'valgrind', kind: 'test', level, rule, trace: block.join('\n'),
    message: block[index]!.replace(/ in loss record .*$/, '').replace(/ 0x[0-9A-Fa-f]+/g, '').trim(),
  }
  emit({ ...finding, ...place })
}

export const levelOfKind = (kind: string): Level => kinds.find(([, name]) => name === kind)?.[2] ?? 'error'
