import type { Finding, LineParser } from '../../core/contract.ts'
import { explains } from './grammar/explained.ts'

/** Ninja's own errors, and a `FAILED:` step whose output does not say why. */
export const ninja: LineParser = {
  lines({ emit }) {
    let step: { target: string; output: string[] } | undefined
    const flush = () => {
      if (step && !step.output.slice(1).some(explains)) emit(silent(step))
      step = undefined
    }
    return {
      line(text) {
        const c = text.charCodeAt(0)
        if (!step && c !== 110 && c !== 70) return false
        const own = message.exec(text)?.groups
        const target = /^FAILED: (?:\[code=\d+\] )?(?<target>.{1,1000})/.exec(text.trimEnd())?.groups?.['target']
        if (own || target !== undefined || /^\[\d{1,7}\/\d{1,7}\] /.test(text) || text.startsWith('ninja: ')) flush()
        if (target !== undefined) step = { target, output: [] }
        else if (step && step.output.length < 200) step.output.push(text)
        if (own) emit(fault(own))
        return own !== undefined || target !== undefined || text.startsWith('ninja: build stopped')
      },
      end: flush,
    }
  },
}

const message = /^ninja: (?<word>error|warning|fatal): (?:(?<file>[^\s:]{1,500}):(?<line>\d{1,9}): )?(?<message>.*)$/

function fault(groups: Record<string, string | undefined>): Finding {
  return {
    tool: 'ninja', kind: 'build', level: groups['word'] === 'warning' ? 'warning' : 'error', message: groups['message']!,
    ...groups['file'] && { file: groups['file'], line: Number(groups['line']) || 1 },
  }
}

/** The first line of output is the command. */
function silent({ target, output }: { target: string; output: string[] }): Finding {
  return { tool: 'ninja', kind: 'build', level: 'error', rule: 'step-failed', message: `step '${target}' failed`, ...output.length > 0 && { trace: output.join('\n') } }
}
