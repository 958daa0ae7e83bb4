import type { LineParser } from '../../core/contract.ts'

const code = /^(?:(?:Error: |\[| ?))ERR_PNPM_(?<rule>[A-Z0-9_]+)\]?(?: +(?<message>\S.*))?$/
/** pnpm 12: the code alone, then what failed, then why. */
const cause = /^ {2}(?:×|╰─▶|├─▶|x|`->|\|->) (?<message>\S.*)$/
const more = /^ {2}(?:│|\|| {4}) +(?<message>\S.*)$/
/** Scripts' own failures, which the scripts have explained, and a service out of reach, which is nobody's fault here. */
const others = /^RECURSIVE_(?:RUN_FIRST_FAIL|EXEC_FIRST_FAIL|FAIL)$|^ELIFECYCLE$|^AUDIT_/

/** Why pnpm installs nothing: ` ERR_PNPM_OUTDATED_LOCKFILE  Cannot install …` up to version 11, a code with its causes below since. Observed with pnpm 12; https://pnpm.io/errors */
export const pnpm: LineParser = {
  lines({ emit }) {
    let open: { rule: string; messages: string[] } | undefined
    const close = () => {
      if (open && open.messages.length > 0) {
        emit({ tool: 'pnpm', kind: 'build', level: 'error', rule: `ERR_PNPM_${open.rule}`, message: open.messages.join(': ') })
      }
      open = undefined
    }
    return {
      line(text) {
        const begins = text.includes('ERR_PNPM_') ? code.exec(text)?.groups : undefined
        if (begins?.rule !== undefined) {
          close()
          if (!others.test(begins.rule)) open = { rule: begins.rule, messages: begins.message === undefined ? [] : [begins.message] }
          if (begins.message !== undefined) close()
          return true
        }
        if (!open) return
        const said = cause.exec(text)?.groups?.message
        const goesOn = more.exec(text)?.groups?.message
        if (said !== undefined && open.messages.length < 10) open.messages.push(said)
        else if (goesOn !== undefined && open.messages.length > 0) open.messages.push(`${open.messages.pop() ?? ''} ${goesOn}`.slice(0, 1000))
        else return close()
        return true
      },
      end: close,
    }
  },
}
