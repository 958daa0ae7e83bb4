import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { extract } from '../../core/findings/extract.ts'
import { namedParsers, parsersFor, type Parsers } from '../../core/plugins.ts'
import { fixturesOf, packs } from '../support/packs.ts'
import { mutate, randomOf } from './mutate.ts'

const seeds = packs.flatMap(pack => fixturesOf(pack.name))
/** Each pack's own with those that read everywhere; and, without a language, all. */
const readers = new Map<string, Parsers>(packs.map(pack => [pack.name, parsersFor(packs, pack.name)]))
const allReaders: Parsers = { own: packs.flatMap(namedParsers), everywhere: [] }

/** Milliseconds of processor time that a text may take: a second per MB, and at least a tenth of one. All packs at once have as much as four. */
const budgetOf = (text: string, parsers: Parsers) => Math.max(100, text.length / 1000) * (parsers === allReaders ? 4 : 1)

export interface Fault { number: number; fixture: string; what: string; text: string }

/** What of case `number` is wrong. The number alone decides the case. */
export async function faultOf(number: number): Promise<Fault | undefined> {
  const random = randomOf(number)
  const fixture = seeds[Math.floor(random() * seeds.length)]!
  const text = mutate(fixture.text, seeds[Math.floor(random() * seeds.length)]!.text, random)
  const parsers = random() < 0.9 ? readers.get(fixture.pack)! : allReaders
  const asReport = random() < 0.3
  let used = Infinity
  // The machine is shared: what was slow once is asked again.
  for (let attempt = 0; attempt < 3 && used > budgetOf(text, parsers); attempt++) {
    const began = process.cpuUsage()
    const what = await thrown(text, parsers, asReport)
    if (what) return { number, fixture: fixture.name, what, text }
    used = Math.min(used, process.cpuUsage(began).user / 1000)
  }
  return used > budgetOf(text, parsers) ? { number, fixture: fixture.name, what: `${Math.round(used)} ms for ${text.length} characters`, text } : undefined
}

/** The message of a parser that threw, or of one whose findings are not what a finding is. */
async function thrown(text: string, parsers: Parsers, asReport: boolean): Promise<string | undefined> {
  const directory = asReport ? mkdtempSync(join(tmpdir(), 'crafting-fuzz-')) : undefined
  try {
    const place = { root: '/repo', directory: '' }
    if (directory !== undefined) writeFileSync(join(directory, 'report'), text)
    const { findings, tests } = directory === undefined
      ? await extract({ log: [text.split('\n').map(line => ({ text: line, stream: 'stdout' as const }))], parsers, place })
      : await extract({ reports: [{ path: 'report', absolute: join(directory, 'report') }], parsers, place })
    const failed = findings.find(finding => finding.rule === 'crafting-table/parser-failed')
    if (failed) return failed.message
    const odd = findings.find(({ message, line, column, file }) => typeof message !== 'string' || message === '' || !isPlace(line) || !isPlace(column) || (file !== undefined && (file.startsWith('/repo/') || file.split('/').includes('..') && !file.startsWith('/'))))
    if (odd) return `not a finding: ${JSON.stringify(odd).slice(0, 500)}`
    if (tests && Object.values(tests).some(count => !Number.isSafeInteger(count) || count < 0)) return `not counts: ${JSON.stringify(tests)}`
    return undefined
  } catch (error) {
    return error instanceof Error ? error.stack ?? error.message : String(error)
  } finally {
    if (directory !== undefined) rmSync(directory, { recursive: true, force: true })
  }
}

const isPlace = (number: number | undefined) => number === undefined || (Number.isSafeInteger(number) && number >= 1)
