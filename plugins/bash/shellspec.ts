import type { LineParser } from '../../core/contract.ts'

const example = /^ {2}(?<number>\d+)\) (?<name>.+)$/
const again = /^shellspec (?<file>\S.{0,1000}):(?<line>\d+) # (?<number>\d+)\) (?<name>.+) FAILED$/
const summary = /^(?<total>\d+) examples?, (?<failed>\d+) failures?(?<rest>(?:, \d+ [a-z]+(?: \([^()]*\))?)*)/

/** ShellSpec's progress and documentation forms: blocks that explain, a line of counts, and one line per failure to run it again. */
export const shellspec: LineParser = {
  lines({ emit }) {
    const blocks = new Map<string, string[]>()
    let block: string[] | undefined
    return {
      line(text) {
        const c = text.charCodeAt(0)
        if (!block && c !== 32 && c !== 115 && !(c >= 48 && c <= 57)) return false
        const head = example.exec(text)?.groups
        if (head) {
          block = []
          if (blocks.size < 1000) blocks.set(head['number']!, block)
          return false
        }
        const failed = again.exec(text)?.groups
        if (failed) {
          const lines = blocks.get(failed['number']!) ?? []
          const trace = lines.join('\n').trim()
          const message = lines.map(line => /^\s*[\d.]+\) (?<said>.+)$/.exec(line)?.groups?.['said']).find(Boolean)
          emit({
            tool: 'shellspec', test: failed['name']!, status: 'failed', file: failed['file']!, line: Number(failed['line']),
            ...(message ? { message } : {}), ...(trace ? { trace } : {}),
          })
          return true
        }
        const counts = summary.exec(text)?.groups
        if (counts) {
          block = undefined
          const count = (word: RegExp) => Number(word.exec(counts['rest'] ?? '')?.groups?.['count'] ?? 0)
          const left = count(/, (?<count>\d+) skips?\b/) + count(/, (?<count>\d+) pendings?\b/)
          const [all, bad] = [Number(counts['total']), Number(counts['failed'])]
          emit({ tool: 'shellspec', totals: { total: all, failed: bad, skipped: left, passed: Math.max(0, all - bad - left) } })
          return true
        }
        if (text.startsWith('Finished in ')) block = undefined
        if (block && block.length < 200) block.push(text)
        return false
      },
    }
  },
}
