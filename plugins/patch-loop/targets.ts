import { createHash } from 'node:crypto'
import type { Fixer, LanguagePack } from '../../core/contract.ts'
import type { Job, Project, StoredFinding } from '../../core/service.ts'
import { isTest } from './paths.ts'
import type { NewTarget, Target } from './rows.ts'
import { limits } from './screen.ts'
import { shown } from './text.ts'

export type DrafterName = 'fixer' | 'offer' | 'command' | 'clawdforge'
const byDefault: readonly DrafterName[] = ['fixer', 'offer']

/** Findings with the job that told of them. */
export interface Told { job: Job; findings: readonly StoredFinding[] }

/** The fixer of the job's language for such findings, else another language's for the same tool. */
export function fixerFor(packs: readonly LanguagePack[], language: string, { tool, kind }: { tool: string; kind: string }): Fixer | undefined {
  const own = packs.filter(pack => pack.name === language)
  return [...own, ...packs].flatMap(pack => pack.fixers ?? []).find(fixer => fixer.tool === tool && (fixer.kind ?? 'lint') === kind)
}

/** Who of those that the project wants can draft for such findings. */
export function draftersFor(packs: readonly LanguagePack[], project: Project, available: ReadonlySet<DrafterName>, language: string, findings: readonly StoredFinding[]): DrafterName[] {
  const [first] = findings
  if (!first) return []
  return (project.settings?.patch?.drafters ?? byDefault).filter(name => {
    if (name === 'fixer') return fixerFor(packs, language, first.finding) !== undefined
    if (name === 'offer') return findings.some(one => (one.finding.fixes?.length ?? 0) > 0)
    return available.has(name) && first.finding.file !== undefined
  })
}

/** A target for each group of findings of one rule that fits into one patch; of failed tests, for each. */
export function targetsOf(project: Project, { job, findings }: Told, about: { caller: string; now: number; maxAttempts: number }): NewTarget[] {
  if (!job.sha) return []
  const groups = new Map<string, StoredFinding[]>()
  for (const one of findings) {
    const { tool, kind, rule } = one.finding
    const group = JSON.stringify([tool, kind, rule ?? null, kind === 'test' ? one.id : null])
    groups.set(group, [...groups.get(group) ?? [], one])
  }
  return [...groups.values()].flatMap(parts).flatMap(group => {
    const [first] = group
    if (!first) return []
    const { tool, rule = null, kind } = first.finding
    const key = digest([job.subproject, job.language, job.recipe, ...group.map(one => one.fingerprint).toSorted()])
    return [{
      id: digest([project.name, key]).slice(0, 16), project: project.name, projectId: project.id, key, title: titleOf(group), tool, rule, kind,
      subproject: job.subproject, language: job.language, recipe: job.recipe, baseJob: job.id, baseSha: job.sha ?? '',
      findings: group.map(one => one.id), identities: group.flatMap(one => one.identity ?? []), maxAttempts: about.maxAttempts, requestedBy: about.caller, createdAt: about.now,
    }]
  })
}

/** No more files than one patch may have; tests apart, which would have a patch of everything blocked. */
function parts(group: readonly StoredFinding[]): StoredFinding[][] {
  const files = [...new Set(group.map(one => one.finding.file ?? ''))].toSorted()
  return [files.filter(file => !isTest(file)), files.filter(isTest)].flatMap(some => chunks(some, limits.files)).map(chunk => {
    const wanted = new Set(chunk)
    return group.filter(one => wanted.has(one.finding.file ?? ''))
  })
}

function chunks<T>(all: readonly T[], most: number): T[][] {
  return Array.from({ length: Math.ceil(all.length / most) }, (_, at) => all.slice(at * most, (at + 1) * most))
}

function titleOf(group: readonly StoredFinding[]): string {
  const [first] = group
  const { tool = '', rule, message = '' } = first?.finding ?? {}
  const files = [...new Set(group.flatMap(one => one.finding.file ?? []))]
  const where = files.length === 0 ? '' : files.length === 1 ? ` in ${files[0]}` : ` in ${files.length} files`
  return shown(`${tool}${rule ? ` ${rule}` : ''}: ${group.length === 1 ? message.split('\n', 1)[0] : `${group.length} findings`}${where}`, 160)
}

const digest = (parts: readonly string[]) => createHash('sha256').update(JSON.stringify(parts)).digest('hex')

/** `ct/patch/ruff-0123456789ab`: the same findings, the same branch; `…-2` where they are begun anew, so that what was pushed stays as it is. */
export function branchOf({ tool, key, round }: Pick<Target, 'tool' | 'key' | 'round'>): string {
  return `ct/patch/${tool.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-').replaceAll(/^-+|-+$/g, '').slice(0, 30) || 'tool'}-${key.slice(0, 12)}${round > 1 ? `-${round}` : ''}`
}
