import type { Finding, LineParser, Location } from '../../core/contract.ts'
import { isRuntime, unwrapped } from './grammar/sources.ts'

/**
 * CMake's blocks: a headline, the message indented by two, then `Call Stack (most recent call first):`.
 * A fault raised inside a module that ships with CMake is placed at the project's own nearest call.
 */
export const cmake: LineParser = {
  lines({ emit }) {
    let current: { finding: Finding; message: string[]; stack: Location[]; inStack: boolean } | undefined
    const flush = () => {
      if (current) emit(close(current))
      current = undefined
    }
    return {
      line(raw) {
        const text = unwrapped(raw)
        const groups = text.startsWith('CMake ') ? (at.exec(text) ?? plain.exec(text))?.groups : undefined
        if (groups) {
          flush()
          current = { finding: open(groups), message: groups['message'] ? [groups['message'].trim()] : [], stack: [], inStack: false }
          return true
        }
        if (!current) return false
        if (text.startsWith('Call Stack (most recent call first):')) return current.inStack = true
        const call = current.inStack ? frame.exec(text)?.groups : undefined
        if (call) return current.stack.push({ file: call['file']!, line: Number(call['line']) || 1, message: call['command']! }) > 0
        if (/^This warning is for project developers|^This error is for project developers/.test(text)) return flush(), true
        if (!current.inStack && (text === '' || /^\s/.test(text))) return current.message.length < 200 && current.message.push(text.trim()) > 0
        // The oldest grammar puts the place on a line of its own: "CMake Error: Error in cmake code at", "/path/CMakeLists.txt:5:".
        const late = /^(?<file>\S.{0,1000}?):(?<line>\d{1,9}):$/.exec(text)?.groups
        if (late && current.message[0]?.endsWith('code at')) {
          current.finding = { ...current.finding, file: late['file']!, line: Number(late['line']) || 1 }
          return true
        }
        flush()
        return false
      },
      end: flush,
    }
  },
}

const word = String.raw`CMake (?<word>Error|Warning|Deprecation Warning|Deprecation Error|Internal Error|Debug Log)(?: \((?<dev>dev|DEV)\))?`
const at = new RegExp(String.raw`^${word} (?:at|in) (?<file>.{1,1000}?)(?::(?<line>\d{1,9}))?(?: \((?<command>[\w:]{1,200})\))?:(?<message>$| .*$)`)
const plain = new RegExp(String.raw`^${word}:(?<message>.*)$`)
const frame = /^\s{2}(?<file>\S.{0,1000}?):(?<line>\d{1,9}) \((?<command>[\w:-]{1,200})\)$/

function open(groups: Record<string, string | undefined>): Finding {
  const line = Number(groups['line']) || undefined
  const command = groups['command']
  return {
    tool: 'cmake', kind: 'build', message: '',
    level: groups['word'] === 'Debug Log' ? 'note' : groups['word']!.endsWith('Error') ? 'error' : 'warning',
    ...command && { rule: command },
    ...groups['file'] && { file: groups['file'] }, ...line && { line },
  }
}

function close({ finding, message, stack }: { finding: Finding; message: string[]; stack: Location[] }): Finding {
  const text = message.join('\n').trim().replace(/\n{2,}/g, '\n\n').replace(/([^\n])\n(?!\n)/g, '$1 ')
  const policy = /^Policy (?<policy>CMP\d{4}) is not set/.exec(text)?.groups?.['policy']
  const own = { file: finding.file, line: finding.line }
  const call = own.file && isRuntime(own.file) ? stack.find(one => !isRuntime(one.file)) : undefined
  const related: Location[] = call ? [{ file: own.file!, ...own.line && { line: own.line } }, ...stack.filter(one => one !== call)] : stack
  return {
    ...finding, message: text || 'CMake stopped without a message',
    ...policy && { rule: policy },
    ...call && { file: call.file, line: call.line ?? 1 },
    ...related.length > 0 && { related },
  }
}
