import type { LineParser } from '../../core/contract.ts'

const failed = /^[\w.-]+: (?:failed with|Exception running subprocess) (?<message>\S.*)$/

/** What keeps tox from running an environment's commands. How these ended is for them to explain. */
export const tox: LineParser = {
  lines({ emit }) {
    return {
      line(text) {
        const message = failed.exec(text)?.groups?.message
        if (message === undefined) return false
        emit({ tool: 'tox', kind: 'build', rule: 'environment', level: 'error', message: message.slice(0, 2000) })
        return true
      },
    }
  },
}
