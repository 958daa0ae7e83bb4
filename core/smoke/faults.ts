import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type * as sarif from 'sarif'
import { z } from 'zod'
import { FarmError, messageOf } from '../errors.ts'

/** A fault that was planted in a pack's smoke project: what its SARIF must hold. */
const fault = z.strictObject({
  recipe: z.string().min(1),
  tool: z.string().min(1),
  rule: z.string().min(1).optional(),
  level: z.enum(['error', 'warning', 'note']),
  file: z.string().min(1).optional(),
  line: z.int().min(1).optional(),
  advisory: z.string().min(1).optional(),
  needs: z.string().min(1).optional(),
})
export type Fault = z.output<typeof fault>

const smokeFile = z.strictObject({ faults: z.array(fault).min(1, 'must name a fault') })

/** The planted faults of the pack in this folder. Throws `invalid` with the place of each mistake in the file. */
export function readFaults(folder: string): Fault[] {
  const path = join(folder, 'smoke.json')
  let json: unknown
  try {
    json = JSON.parse(readFileSync(path, 'utf8'))
  } catch (error) {
    throw new FarmError('invalid', `${path} cannot be read: ${messageOf(error)}`, { hint: 'It names the faults planted in smoke/: docs/packs.md shows one.' })
  }
  const read = smokeFile.safeParse(json)
  if (read.success) return read.data.faults
  throw new FarmError('invalid', `${path}: ${read.error.issues.map(issue => `${issue.path.join('.') || 'it'}: ${issue.message}`).join('; ')}`, { hint: 'docs/packs.md shows one.' })
}

/** A fault, or what was found, in one line. */
export function describe({ tool, rule, file, line, level, advisory }: Omit<Fault, 'recipe' | 'needs'>): string {
  return [tool, rule, advisory === rule ? undefined : advisory, file === undefined ? undefined : `${file}${line === undefined ? '' : `:${line}`}`, `(${level})`].filter(part => part !== undefined).join(' ')
}

/** One result of a SARIF document, in the words of a fault; `rule` by every name it goes by. */
interface Result { recipe: string; tool: string; rules: readonly string[]; level: string; file: string | undefined; line: number | undefined }

/** Says of each fault whether the document has it; of one that it has not, what comes nearest. */
export function lookFor(faults: readonly Fault[], document: sarif.Log): { fault: Fault; found: boolean; near: string[] }[] {
  const results = document.runs.flatMap(resultsOf)
  return faults.map(fault => {
    const same = results.filter(one => one.recipe === fault.recipe && one.tool === fault.tool)
    const found = same.some(one => isThe(fault, one))
    const near = found ? [] : same.filter(one => one.file === fault.file || fault.rule !== undefined && one.rules.includes(fault.rule))
    return { fault, found, near: near.slice(0, 3).map(one => describe({ tool: one.tool, level: one.level as Fault['level'], ...(one.rules[0] === undefined ? {} : { rule: one.rules[0] }), ...(one.file === undefined ? {} : { file: one.file }), ...(one.line === undefined ? {} : { line: one.line }) })) }
  })
}

function isThe(fault: Fault, result: Result): boolean {
  return result.level === fault.level
    && (fault.rule === undefined || result.rules.includes(fault.rule))
    && (fault.advisory === undefined || result.rules.includes(fault.advisory))
    && (fault.file === undefined || result.file === fault.file)
    && (fault.line === undefined || result.line === fault.line)
}

function resultsOf(run: sarif.Run): Result[] {
  return (run.results ?? []).filter(one => one.baselineState !== 'absent').map(one => {
    const bag = (one.properties ?? {}) as { rule?: string; advisory?: { ids?: readonly string[] } }
    const place = one.locations?.[0]?.physicalLocation
    const uri = place?.artifactLocation?.uri
    return {
      recipe: String(run.properties?.recipe ?? ''), tool: run.tool.driver.name, level: one.level ?? 'warning',
      rules: [...bag.rule === undefined ? [] : [bag.rule], ...bag.advisory?.ids ?? [], ...one.ruleId === undefined ? [] : [one.ruleId]],
      file: uri === undefined ? undefined : decodeURIComponent(uri), line: place?.region?.startLine,
    }
  })
}
