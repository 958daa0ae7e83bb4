import type { Finding, LineParser } from '../../core/contract.ts'
import { unwrap } from './grammar/wrapping.ts'

const signal = /^# {1,4}(?<rule>SIG[A-Z]{2,8}|EXCEPTION_[A-Z_]{3,40}|Internal Error)\b ?(?<rest>.*)$/
const memory = /^# (?<message>(?:There is insufficient memory for the Java Runtime|Native memory allocation .* failed|Out of Memory Error).*)$/
const frame = /^# (?<frame>[A-Za-z] .{1,1000})$/

/** A crash of the virtual machine itself: the `#` block of HotSpot, in the log or in an hs_err_pid*.log. */
export const hotspot: LineParser = {
  reports: ['**/hs_err_pid*.log'],
  lines({ emit }) {
    let finding: Finding | undefined
    let lines: string[] = []
    let inFrame = false
    const flush = () => {
      if (finding) emit({ ...finding, trace: lines.join('\n') })
      finding = undefined
      lines = []
      inFrame = false
    }
    return {
      line(line) {
        const { text } = unwrap(line)
        if (text.charCodeAt(0) !== 35) {
          if (finding) flush()
          return false
        }
        if (text.includes('A fatal error has been detected by the Java Runtime Environment')) {
          flush()
          finding = { tool: 'hotspot', kind: 'build', level: 'error', rule: 'crash', message: 'the Java virtual machine crashed' }
        }
        const lack = finding ? undefined : memory.exec(text)?.groups?.message
        if (lack !== undefined) finding = { tool: 'hotspot', kind: 'build', level: 'error', rule: 'out-of-memory', message: lack }
        if (!finding) return false
        if (lines.length < 60) lines.push(text)
        const groups = signal.exec(text)?.groups
        if (groups && finding.rule === 'crash') Object.assign(finding, { rule: groups.rule, message: `the Java virtual machine crashed: ${groups.rule} ${groups.rest!.replace(/,? ?(?:at pc=|pid=).*$/, '')}`.trim() })
        if (inFrame) {
          const where = frame.exec(text)?.groups?.frame
          if (where) finding.message += ` in ${where.replace(/\s+/g, ' ')}`
          inFrame = false
        } else if (text.startsWith('# Problematic frame:')) inFrame = true
        return true
      },
      end: flush,
    }
  },
}
