import type { z } from 'zod'

/** One thing that is wrong with an input's shape: where, and in words that follow the place. */
export interface ShapeFault { path: readonly PropertyKey[]; message: string; kind: 'unknown' | 'other' }

/** Every fault of an input at once; of a union, those of the branch that was meant. */
export function shapeFaults(error: z.core.$ZodError): ShapeFault[] {
  return error.issues.flatMap(faultsOf)
}

function faultsOf(issue: z.core.$ZodIssue): ShapeFault[] {
  if (issue.code === 'unrecognized_keys') return issue.keys.map(key => ({ path: [...issue.path, key], message: 'unknown field', kind: 'unknown' as const }))
  if (issue.code === 'invalid_key') return [{ path: issue.path, message: `as a name: ${issue.issues[0]?.message ?? 'not valid'}`, kind: 'other' }]
  if (issue.code === 'invalid_union') return closest(issue.errors).flatMap(one => faultsOf({ ...one, path: [...issue.path, ...one.path] }))
  const missing = issue.code === 'invalid_type' && issue.message.endsWith('received undefined')
  return [{ path: issue.path, message: missing ? 'is required' : issue.message.replace(/^Invalid (?:input|option): /, ''), kind: 'other' }]
}

/** The one whose fault lies deepest. */
function closest(branches: readonly (readonly z.core.$ZodIssue[])[]): readonly z.core.$ZodIssue[] {
  const depth = (issues: readonly z.core.$ZodIssue[]) => Math.max(0, ...issues.map(issue => issue.path.length))
  return branches.toSorted((a, b) => depth(b) - depth(a))[0] ?? []
}

/** `subprojects[0].test`; `whole` names the input itself. */
export function placeName(path: readonly PropertyKey[], whole: string): string {
  if (path.length === 0) return whole
  return path.map((key, index) => typeof key === 'number' ? `[${key}]` : `${index ? '.' : ''}${String(key).slice(0, 100)}`).join('')
}
