import { z } from 'zod'
import { FarmError } from '../errors.ts'
import { placeName, shapeFaults } from '../shape-faults.ts'
import { endOf } from '../until.ts'
import type { AcceptedEntry } from './accepted-file.ts'

const line = (max: number) => z.string().min(1).max(max)
const entry = z.strictObject({
  tool: line(128),
  rule: line(512).optional().describe('Default: all rules of the tool'),
  path: line(4096).optional().describe('Relative to the repository: a file, or a directory with / at its end. Default: all files'),
  fingerprint: z.string().regex(/^[0-9a-f]{64}$/, 'must be a fingerprint: 64 hexadecimal digits').optional().describe('One finding; it holds no line number. Then rule and path are for people'),
  reason: line(2000),
  until: z.string().refine(text => endOf(text) !== undefined, 'must be a date such as 2027-01-31, or a time with its zone').optional().describe('The last day, in UTC, or a time; default: for ever'),
})

/** The file of accepted findings at the root of a repository. */
export const acceptedFile = z.strictObject({
  $schema: z.string().optional(),
  version: z.literal(1),
  accepted: z.array(entry).max(100_000).refine(all => all.filter(one => one.fingerprint === undefined).length <= 1000, 'must not hold more than 1000 entries without a fingerprint'),
})

/** Throws `invalid` with every fault. */
export function readAccepted(text: string): (AcceptedEntry & { end: string | null })[] {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new FarmError('invalid', 'it is not JSON')
  }
  const result = acceptedFile.safeParse(value)
  if (!result.success) throw new FarmError('invalid', shapeFaults(result.error).slice(0, 10).map(({ path, message }) => `${placeName(path, 'the file')}: ${message}`).join('; '))
  return result.data.accepted.map(one => ({ ...one, end: one.until === undefined ? null : endOf(one.until) ?? null }))
}
