import type { Level, LineParser } from '../../core/contract.ts'

const unsolved = /^Your (?:requirements could not be resolved to an installable set of packages|lock file does not contain a compatible set of packages)/
const problem = /^ {2}Problem \d+$/
const bullet = /^ {4}- (?<message>\S.*)$/
const section = /^# (?<name>General|Publish|Lock file) (?<level>errors|warnings)$/
const listed = /^- (?<message>\S.*)$/
const single: readonly (readonly [rule: string, pattern: RegExp])[] = [
  ['missing-package', /^ *Could not find (?:a matching version of )?package [\w.-]+\/[\w.-]+.*$/],
  ['unreachable', /^(?:The "\S+" file could not be downloaded|curl error \d+ while downloading) .*$/],
  ['lockfile', /^(?:- )?(?:Required (?:\(in require-dev\) )?package "[^"]+" is (?:not present in the lock file|in the lock file as).*|The lock file is not up to date with the latest changes in composer\.json.*)$/],
]

/** What stops Composer: requirements that cannot be met, what `validate` objects to, packages and files that are not to be had. Source: Composer's documentation. */
export const composer: LineParser = {
  lines({ emit }) {
    let where: 'problems' | 'section' | undefined
    let level: Level = 'error'
    let rule = ''
    let open: string[] | undefined
    const close = () => {
      const [message, ...rest] = open ?? []
      if (message) emit({ tool: 'composer', kind: 'build', level: 'error', rule: 'unsolvable', file: 'composer.json', message, ...(rest.length > 0 ? { trace: rest.join('\n') } : {}) })
      open = undefined
    }
    return {
      line(text) {
        const c = text.charCodeAt(0)
        if (c === 89 && unsolved.test(text)) {
          where = 'problems'
          return true
        }
        const named = c === 35 ? section.exec(text)?.groups : undefined
        if (named) {
          close()
          where = 'section'
          level = named.level === 'errors' ? 'error' : 'warning'
          rule = `${named.name?.toLowerCase().replace(' ', '-')}-${named.level?.slice(0, -1)}`
          return true
        }
        if (where === 'section') {
          const message = listed.exec(text)?.groups?.message
          if (message !== undefined) emit({ tool: 'composer', kind: 'build', level, rule, file: rule.startsWith('lock') ? 'composer.lock' : 'composer.json', message })
          else if (text !== '') where = undefined
          if (message !== undefined) return true
        } else if (where === 'problems') {
          if (problem.test(text)) {
            close()
            open = []
            return true
          }
          const message = bullet.exec(text)?.groups?.message
          if (open && message !== undefined) {
            if (open.length < 50) open.push(message)
            return true
          }
          if (text.trim() !== '' && c !== 32) {
            close()
            where = undefined
          }
        }
        if (c !== 32 && c !== 67 && c !== 84 && c !== 99 && c !== 82 && c !== 45) return false
        const known = single.find(([, pattern]) => pattern.test(text))?.[0]
        if (known === undefined) return false
        emit({ tool: 'composer', kind: 'build', level: 'error', rule: known, file: known === 'lockfile' ? 'composer.lock' : 'composer.json', message: text.trim().replace(/^- /, '') })
        return true
      },
      end: close,
    }
  },
}
