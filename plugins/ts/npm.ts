import type { LineParser } from '../../core/contract.ts'

const said = /^npm (?:error|ERR!) ?(?<text>.*)$/
const code = /^code (?<code>E[A-Z0-9]+|\d+)$/
const ofDependency = /^path .*node_modules\/(?<name>(?:@[^/]+\/)?[^/]+)$/
const byGit = 'An unknown git error occurred'
/** A script's own failure, which the script has explained. */
const scripts = new Set(['ELIFECYCLE'])
const noise = /^(?:A complete log of this run|Log files were not written|Run "npm help|For a full report see|This is probably not a problem with npm|Clean install a project)|^$/
/** The manual's page, up to the end. */
const manual = /^Usage:$/

function messageOf(rule: string, lines: readonly string[]): string {
  const [first = ''] = lines
  if (rule === 'git') return [first, lines.slice(1).find(line => !line.startsWith('command '))].filter(Boolean).join(': ')
  if (rule !== 'install-script') return first
  const command = lines.map(line => /^command (?:sh -c )?(?!failed$)(?<command>.+)$/.exec(line)?.groups?.command).find(Boolean)
  return [`The install script of ${ofDependency.exec(first)?.groups?.name} failed`, command].filter(Boolean).join(': ')
}

/** Why npm installs nothing: its code, and the lines after it, each behind a label that repeats the code. Observed with npm 10; `ERR!` up to npm 9. */
export const npm: LineParser = {
  lines({ emit }) {
    let rule: string | undefined
    let lines: string[] = []
    function close(): void {
      if (rule !== undefined && lines[0] !== undefined) {
        emit({ tool: 'npm', rule, kind: 'build', level: 'error', message: messageOf(rule, lines), ...(lines.length > 1 ? { trace: lines.join('\n') } : {}) })
      }
      rule = undefined
      lines = []
    }
    return {
      line(text) {
        const words = text.startsWith('npm ') ? said.exec(text)?.groups?.text?.trimEnd() : undefined
        if (words === undefined) return close()
        const begins = code.exec(words)?.groups?.code
        if (begins !== undefined) {
          close()
          rule = scripts.has(begins) ? undefined : begins
        } else if (rule !== undefined && /^\d/.test(rule)) {
          // The status of a program that npm ran. The project's own scripts explain themselves.
          rule = words === byGit ? 'git' : ofDependency.test(words) ? 'install-script' : undefined
          if (rule) lines.push(words)
        } else if (rule !== undefined && lines.length < 100) {
          const label = rule.slice(1).toLowerCase()
          const bare = [label, label.replace(/^target$/, 'notarget'), rule].reduce((rest, one) => rest.startsWith(`${one} `) ? rest.slice(one.length + 1) : rest, words)
          if (manual.test(bare)) close()
          else if (!noise.test(bare)) lines.push(bare)
        }
        return rule !== undefined
      },
      end: close,
    }
  },
}
