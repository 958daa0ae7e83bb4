import type { Finding, LineParser } from '../../core/contract.ts'

const rule = /^-{2,}(?: -{2,})+$/
const markdownRule = /^(?:--- \| )+---$/
const known = /^(?:CVE-|GHSA-|PYSEC-|OSV-|MAL-|BIT-)/

/**
 * pip-audit's columns and markdown: a table under the names of its columns. It is told by them, since every program
 * that lists packages prints such a table. Source: pip-audit's README, "Examples".
 */
export const pipAudit: LineParser = {
  lines({ emit }) {
    let above = ''
    let cells: ((text: string) => string[]) | undefined
    let names: string[] = []

    return {
      line(text) {
        if (!cells && text.charCodeAt(0) !== 45) {
          above = text
          return false
        }
        const split = rule.test(text) ? columns(text) : markdownRule.test(text) ? pipes : undefined
        if (split) {
          const head = split(above)
          cells = head[0] === 'Name' && head[1] === 'Version' && head[2] === 'ID' ? split : undefined
          names = head
          return cells !== undefined
        }
        above = text
        const row = cells?.(text)
        const finding = row && vulnerability(cell => row[names.indexOf(cell)] || undefined)
        if (!finding) cells = undefined
        else emit(finding)
        return finding !== undefined
      },
    }
  },
}

/** Cuts a line where the dashes begin. The last column takes the rest. */
function columns(dashes: string): (text: string) => string[] {
  const starts = [...dashes.matchAll(/-+/g)].map(match => match.index)
  return text => starts.map((start, at) => text.slice(start, starts[at + 1]).trim())
}

function pipes(text: string): string[] {
  return text.split(' | ').map(cell => cell.trim())
}

function vulnerability(cell: (name: string) => string | undefined): Finding | undefined {
  const [name, id] = [cell('Name'), cell('ID')]
  if (!name || !id || !known.test(id)) return undefined
  return found({
    package: name, id, installed: cell('Version'), fixed: cell('Fix Versions')?.split(/, */), aliases: cell('Aliases')?.split(/, */), text: cell('Description'),
  })
}

interface Vulnerability {
  package: string
  id: string
  installed?: string | undefined
  fixed?: readonly string[] | undefined
  aliases?: readonly string[] | undefined
  text?: string | undefined
}

const isId = /^[A-Za-z][\w.:-]{0,80}$/

/** pip-audit says nothing of how severe a vulnerability is. */
export function found(one: Vulnerability): Finding {
  const aliases = one.aliases ?? []
  const fixed = one.fixed?.join(', ')
  const repair = fixed ? `fixed in ${fixed}` : 'no version repairs it'
  return {
    tool: 'pip-audit', kind: 'audit', rule: one.id, level: 'error',
    message: `${one.package} ${one.installed ?? ''} has a known vulnerability, ${one.id}: ${repair}`.replace('  ', ' '),
    advisory: {
      ids: [one.id, ...aliases], package: one.package, ecosystem: 'PyPI', installed: one.installed, fixed: one.fixed?.[0],
      ...isId.test(one.id) && { url: `https://osv.dev/vulnerability/${one.id}` },
    },
    help: one.text ? { text: one.text } : undefined,
  }
}
