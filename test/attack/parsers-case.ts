import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { extract } from '../../core/findings/extract.ts'
import { namedParsers, parsersFor, type Parsers } from '../../core/plugins.ts'
import { fixturesOf, packs } from '../support/packs.ts'
import { randomOf } from '../support/random.ts'
import { mutate } from './mutate.ts'

/** Which cases: what a log says, what stands in a report's file, or the recordings of one pack by its name. */
export type Kind = 'all' | 'log' | 'report' | (string & {})

const everything = packs.flatMap(pack => fixturesOf(pack.name))

/** Throws where there is nothing of that kind. */
export function seedsOf(kind: Kind): typeof everything {
  const seeds = everything.filter(({ pack }) => ['all', 'log', 'report'].includes(kind) || pack === kind)
  if (seeds.length === 0) throw new Error(`There is no pack ${kind}; say all, log, report, or one of ${packs.map(pack => pack.name).join(', ')}`)
  return seeds
}
/** Each pack's own with those that read everywhere; and, without a language, all. */
const readers = new Map<string, Parsers>(packs.map(pack => [pack.name, parsersFor(packs, pack.name)]))
const allReaders: Parsers = { own: packs.flatMap(namedParsers), everywhere: [] }

/** Milliseconds of processor time that a text may take: a second per MB, and at least a tenth of one. All packs at once have as much as four. */
const budgetOf = (text: string, parsers: Parsers) => Math.max(100, text.length / 1000) * (parsers === allReaders ? 4 : 1)

export interface Fault { number: number; fixture: string; what: string; text: string }

/** What of case `number` is wrong. The number and the kind decide the case. */
export async function faultOf(number: number, kind: Kind = 'all'): Promise<Fault | undefined> {
  const random = randomOf(number)
  const seeds = seedsOf(kind)
  const fixture = seeds[Math.floor(random() * seeds.length)]!
  const text = mutate(fixture.text, everything[Math.floor(random() * everything.length)]!.text, random)
  const parsers = random() < 0.9 ? readers.get(fixture.pack)! : allReaders
  const asReport = kind === 'report' || (kind !== 'log' && random() < 0.3)
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
