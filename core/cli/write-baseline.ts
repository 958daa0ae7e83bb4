import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { FarmError } from '../errors.ts'
import { acceptedFileName, type AcceptedEntry } from '../findings/accepted-file.ts'
import { isOpen, type Result } from '../terminal/report.ts'

type Found = Result['findings'][number]

/**
 * Writes what was found into the directory's file of accepted findings, and answers the result with it accepted. What the file said already keeps
 * its reason; what is not found any more goes, unless only a part was looked at. Failed tests and broken builds are not accepted wholesale.
 */
export async function writeBaseline(directory: string, result: Result, { reason, whole }: { reason: string; whole: boolean }): Promise<{ result: Result; added: number; total: number }> {
  const path = join(directory, acceptedFileName)
  const old = await entriesOf(path)
  const named = new Map(result.findings.flatMap(one => one.suppression?.entry ? [[one.suppression.entry, one]] : []))
  const kept = old.flatMap(entry => {
    const found = entry.fingerprint === undefined ? undefined : named.get(entry.fingerprint)
    if (found) return [{ ...entryOf(found, entry.reason), ...(entry.until === undefined ? {} : { until: entry.until }) }]
    return entry.fingerprint === undefined || !whole ? [entry] : []
  })
  const fresh = result.findings.filter(isAcceptable)
  const accepted = [...kept.filter(entry => !fresh.some(one => one.fingerprint === entry.fingerprint)), ...fresh.map(one => entryOf(one, reason))].toSorted(byPlace)
  await writeFile(path, `${JSON.stringify({ version: 1, accepted }, null, 2)}\n`)
  const suppression = { source: 'file', id: null, reason, by: null, at: null, until: null, entry: null } as const
  return { result: { ...result, findings: result.findings.map(one => isAcceptable(one) ? { ...one, suppression } : one) }, added: fresh.length, total: accepted.length }
}

async function entriesOf(path: string): Promise<AcceptedEntry[]> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  if (text === undefined) return []
  try {
    const { readAccepted } = await import('../findings/accepted-shape.ts')
    return readAccepted(text).map(({ end: _, ...entry }) => entry)
  } catch (error) {
    throw error instanceof FarmError ? new FarmError('invalid', `${acceptedFileName}: ${error.message}`, { hint: 'Mend it, or remove it and write it anew.' }) : error
  }
}

function isAcceptable(one: Found): boolean {
  const { kind, level, tool } = one.finding
  return isOpen(one) && tool !== 'crafting-table' && kind !== 'test' && !(kind === 'build' && level === 'error')
}

function entryOf({ finding: { tool, rule, file }, fingerprint }: Found, reason: string): AcceptedEntry {
  return { tool, ...(rule === undefined ? {} : { rule }), ...(file === undefined ? {} : { path: file }), fingerprint, reason }
}

/** An order that does not change with the order of the jobs, so that differences are small. */
function byPlace(a: AcceptedEntry, b: AcceptedEntry): number {
  const key = ({ path = '', tool, rule = '', fingerprint = '' }: AcceptedEntry) => [path, tool, rule, fingerprint].join('\0')
  return key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0
}
