import type { Finding, LineParser } from '../../core/contract.ts'
import { mark, marks } from '../../core/parse/index.ts'

const located = /^(?<file>[^\s:][^:]*): (?:line )?(?<line>\d+): (?<message>\S.*)$/
const bare = /^(?:-|\/\S*\/)?(?:bash|sh|dash|ash|zsh): (?<message>[^:]+: (?:command not found|not found|No such file or directory|Permission denied))$/
const interpreter = /^(?:-|\/\S*\/)?(?:bash|sh|dash|ash|ksh)$|^(?:bash|sh|environment)$/
const script = /\/|\.(?:sh|bash|bats|ksh)$/

/** What bash, BusyBox and dash say of a script. Programs such as awk print the same form with words of their own. */
const words = /^(?:[Ss]yntax error\b|arithmetic expression: |unexpected EOF while|warning: here-document|.*: (?:command not found|not found|unbound variable|parameter not set|No such file or directory|Permission denied|Is a directory|[Bb]ad substitution|readonly variable|is read only|ambiguous redirect|cannot execute.*|bad interpreter.*|integer expression expected|unary operator expected|binary operator expected|unexpected operator|(?:cd: )?can't cd to .*|cannot (?:open|create) .*|not a valid identifier|value too great for base.*|syntax error.*|too many arguments|numeric argument required|Illegal number: .*)$|(?:cannot (?:open|create)|can't open) )/
/** dash prints no `line`, so that `a: 1: b` needs one of its own sentences behind it. */
const numbered = /^[^:]*: \d+: /

/** Errors of the shell itself, from `bash -n`, `dash -n` and from running scripts. */
export const bash: LineParser = {
  lines({ emit }) {
    let pending: Finding | undefined
    const flush = () => {
      if (pending) emit(pending)
      pending = undefined
    }
    return {
      line(text) {
        if (!pending && !(marks(text) & mark.colonBlank)) return false
        const groups = located.exec(text)?.groups
        const file = groups?.['file'] ?? ''
        // Older versions of dash say the script's name twice.
        const message = groups ? groups['message']!.slice(groups['message']!.startsWith(`${file}: `) ? file.length + 2 : 0) : ''
        // bash repeats the line of a syntax error in a second message of its own: `x.sh: line 3: `echo )''.
        if (groups && pending && message.startsWith('`') && pending.line === Number(groups['line'])) {
          pending.trace = message.replace(/^`|'$/g, '')
          flush()
          return true
        }
        flush()
        const found = groups ? ofScript(text, file, Number(groups['line']), message) : ofShell(text)
        if (!found) return false
        if (found.message.startsWith('syntax error near')) pending = found
        else emit(found)
        return true
      },
      end: flush,
    }
  },
}

function ofScript(text: string, file: string, line: number, message: string): Finding | undefined {
  const known = words.test(message)
  if (!known && (numbered.test(text) || !script.test(file) || interpreter.test(file))) return undefined
  const warning = message.startsWith('warning: ')
  return {
    tool: 'bash', kind: 'build', level: warning ? 'warning' : 'error', message: message.replace(/^warning: /, ''),
    // The line of a `-c` text is in no file.
    ...(interpreter.test(file) ? {} : { file, line }),
  }
}

function ofShell(text: string): Finding | undefined {
  const message = bare.exec(text)?.groups?.['message']
  return message === undefined ? undefined : { tool: 'bash', kind: 'build', level: 'error', message }
}
