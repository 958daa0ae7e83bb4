import type { LineParser, ParseContext } from '../../core/contract.ts'
import { failureOf, frameOf } from './frames.ts'
import { pestReader } from './pest.ts'
import { teamcityReader } from './teamcity.ts'
import { testdoxReader } from './testdox.ts'

const passed = /^OK \((?<total>\d+) tests?, \d+ assertions?\)$/
const counted = /^Tests: (?<total>\d+), Assertions: \d+(?<rest>(?:, [A-Z][A-Za-z ]*: \d+)*)\.$/
/** `There were 2 failures:`; since 10 also `1 test triggered 1 warning:`, whose entries are places in the code. */
const section = /^(?:There (?:was|were) \d+ (?<kind>[A-Za-z ]+?)|\d+ tests? triggered \d+ (?<trigger>[A-Za-z ]+?)):$/
const entry = /^(?<number>\d{1,6})\) (?<title>\S.*)$/
/** JUnit 4 opens its list in the same words; its tests are `name(package.Class)`. */
const junits = /^[\w$[\]]{1,300}\([\w.$]{1,300}\)$/
const ends = /^(?:FAILURES!|ERRORS!|WARNINGS!|OK\b.*|--|Time: .*|Tests: .*)$/
const inside = /^An error occurred inside PHPUnit\.$/
const mostLines = 400
const mostNamed = 20

interface Entry { title: string; lines: string[] }

/**
 * PHPUnit's text, versions 4 to 12, with `--testdox` or `--teamcity` too; ParaTest's, Codeception's, which prints alike, and Pest's, which runs it. Failures and errors are failed
 * tests; what is risky, incomplete or skipped is only counted. Source: PHPUnit's manual, "The Command-Line TestRunner", and its TextUI.
 */
export const phpunit: LineParser = {
  lines(context) {
    const [testdox, pest, teamcity] = [testdoxReader(context), pestReader(context), teamcityReader(context)]
    let what: 'failed' | 'triggered' | 'other' | undefined
    let word = ''
    let open: Entry | undefined
    const close = () => {
      if (open && what === 'failed') failed(open, context)
      else if (open && what === 'triggered') triggered(open, word, context)
      open = undefined
    }
    return {
      line(text) {
        const c = text.charCodeAt(0)
        const totals = c === 79 ? passed.exec(text)?.groups : c === 84 ? counted.exec(text)?.groups : undefined
        if (totals) {
          close()
          testdox.end()
          what = undefined
          context.emit({ tool: 'phpunit', totals: totalsOf(Number(totals.total), totals.rest ?? '') })
          return true
        }
        const groups = (c === 84 || c >= 48 && c <= 57) && text.endsWith(':') ? section.exec(text)?.groups : undefined
        if (groups) {
          close()
          word = groups.trigger ?? groups.kind ?? ''
          what = groups.trigger ? 'triggered' : /^(?:errors?|failures?)$/.test(word) ? 'failed' : 'other'
          return true
        }
        if (inside.test(text)) {
          what = 'other'
          return true
        }
        if (what === undefined) return c === 35 ? teamcity.line(text) : testdox.line(text) === true || pest.line(text)
        if (ends.test(text)) {
          close()
          if (text !== '--') what = undefined
          return true
        }
        const title = c >= 49 && c <= 57 ? entry.exec(text)?.groups?.title : undefined
        if (title !== undefined && junits.test(title)) {
          close()
          what = undefined
        } else if (title !== undefined) {
          close()
          open = { title, lines: [] }
        } else if (open && open.lines.length < mostLines) open.lines.push(text)
        return true
      },
      end() {
        close()
        testdox.end()
        pest.end()
      },
    }
  },
}

/** JUnit 4 lists its failures alike, as `method(Class)`. */
const junit = /^[^\s():]{1,1000}\([\w.$]{1,1000}\)$/

/** A data set's name may have several lines; its values stand in the last of them. */
function whole({ title, lines }: Entry): Entry {
  const closes = (line: string) => line.endsWith(')') && line.includes('" (')
  if (!title.includes(' with data set "') || closes(title)) return { title, lines }
  const last = lines.slice(0, mostNamed).findIndex(closes)
  return last < 0 ? { title, lines } : { title: [title, ...lines.slice(0, last + 1)].join('\n'), lines: lines.slice(last + 1) }
}

function failed(entry: Entry, { emit }: ParseContext): void {
  if (junit.test(entry.title)) return
  const { title, lines } = whole(entry)
  const { message, trace, ...place } = failureOf(lines)
  // Codeception's table: the test, the step, and what failed.
  const said = /^ ?(?:Fail|Error) {2}(?<said>\S.*)$/m.exec(message ?? '')?.groups?.said
  const test = /^ ?Test {2}(?<file>\S.*?\.php)(?::\S+)?$/m.exec(message ?? '')?.groups?.file
  emit({ tool: 'phpunit', test: nameOf(title), status: 'failed', message: said ?? message, trace, ...(test ? { file: test } : {}), ...place })
}

/** Without the values of a data set, which the reports leave out, too. */
export function nameOf(title: string): string {
  return title.length > 4000 ? title.slice(0, 4000) : title.replace(/( with data set (?:"[^]*"|#\d+)) \(.*\)$/, '$1')
}

function triggered({ title, lines }: Entry, word: string, { emit }: ParseContext): void {
  const place = frameOf(title)
  const end = lines.findIndex(line => line === 'Triggered by:')
  const message = lines.slice(0, end < 0 ? undefined : end).join('\n').trim()
  if (place && message) emit({ tool: 'phpunit', kind: 'test', level: /deprecation|notice/i.test(word) ? 'note' : 'warning', rule: word.replace(/s$/, ''), message, ...place })
}

function totalsOf(total: number, rest: string): { total: number; passed: number; failed: number; skipped: number } {
  const of = (...names: string[]) => rest.split(', ').reduce((sum, part) => {
    const [name = '', count] = part.split(': ')
    return names.includes(name) ? sum + Number(count) : sum
  }, 0)
  const failed = Math.min(total, of('Errors', 'Failures'))
  const skipped = Math.min(total - failed, of('Skipped', 'Incomplete'))
  return { total, failed, skipped, passed: total - failed - skipped }
}
