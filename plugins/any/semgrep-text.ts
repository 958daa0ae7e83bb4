import type { Finding, LineParser } from '../../core/contract.ts'
import { position } from '../../core/parse/index.ts'

const box = /^\s*│ (?<count>\d+) (?<what>.{0,40}?)Findings? │$/
const place = /^ {1,4}(?<file>[^\s❯❱❰┆⋮].*?) *$/
const heading = /^ {3,7}(?:(?<arrows>❯{0,2}❱) )?(?<rule>[A-Za-z][\w.-]{0,300}) *$/
const code = /^ +(?<line>\d{1,9})┆/
const separator = /^ +⋮┆-{3,}$/
const details = /^Details: (?<url>https?:\S+)$/
const levels: Readonly<Record<string, Finding['level']>> = { '❯❯❱': 'error', '❯❱': 'warning', '❱': 'note' }

interface Open { rule: string; level: Finding['level']; message: string[]; url: string | undefined; shown: boolean }

/**
 * What `semgrep scan` prints for people: a box with the number of findings, files, under each its rules with their message, and the lines
 * that match; a dotted line stands between two matches of one rule. Observed with 1.185; before 1.40 rules have no arrows.
 */
export const semgrepText: LineParser = {
  lines({ emit }) {
    let inside = false
    let file: string | undefined
    let open: Open | undefined
    const match = (line: number | undefined) => {
      if (!open || !file || open.shown) return
      open.shown = true
      emit({
        tool: 'semgrep', kind: 'audit', level: open.level, rule: open.rule, file, message: open.message.join(' ') || open.rule,
        ...(line ? { line } : {}), ...(open.url ? { help: { url: open.url } } : {}),
      })
    }
    return {
      line(text) {
        if (text.includes('│')) inside = box.test(text) || inside
        if (!inside) return
        const at = code.exec(text)?.groups?.line
        if (at !== undefined) {
          match(position(at))
          return true
        }
        if (open && separator.test(text)) {
          open.shown = false
          return true
        }
        const begins = heading.exec(text)?.groups
        if (begins?.rule !== undefined && file !== undefined && (begins.arrows !== undefined || text.startsWith('     '))) {
          open = { rule: begins.rule, level: levels[begins.arrows ?? ''] ?? 'warning', message: [], url: undefined, shown: false }
          return true
        }
        const said = /^ {8,12}(?<said>\S.*?) *$/.exec(text)?.groups?.said
        if (said !== undefined && open && !open.shown) {
          const url = details.exec(said)?.groups?.url
          if (url !== undefined) open.url = url
          else if (!said.startsWith('❰❰') && open.message.length < 20) open.message.push(said)
          return true
        }
        const named = place.exec(text)?.groups?.file
        if (named !== undefined && !/^[│┌└╭╰]/.test(named)) {
          file = named.replace(/^❯+ */, '')
          open = undefined
          return true
        }
        if (/^\S/.test(text) && !/^[│┌└]/.test(text)) inside = false
      },
    }
  },
}
