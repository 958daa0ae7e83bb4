import type { Finding } from '../contract.ts'
import { messageOf } from '../errors.ts'
import { earlierFindings, snippetOf, type EarlierFinding } from '../ledger/findings.ts'
import type { Job } from '../ledger/jobs.ts'
import type { Project } from '../ledger/projects.ts'
import { changesBetween, filesAt, type Changes } from '../run/diff.ts'
import type { Runner } from '../run/job.ts'
import { baselineOf, type Baseline } from './baseline.ts'
import { linesOf } from './source.ts'
import type { Trackable } from './scene.ts'
import { track } from './track.ts'

/** What a job's findings were in the job it is compared with. */
export interface Compared {
  /** The earlier job's number; undefined where there is none. */
  baseline: number | undefined
  /** By the index of the finding. */
  was: readonly (EarlierFinding | undefined)[]
  /** Those that nobody is any more. */
  gone: readonly EarlierFinding[]
}

/** Compares with the job's baseline. `source` gives the lines of a file of the job's commit. */
export async function compare(runner: Runner, job: Job, project: Project, findings: readonly Finding[], source: (file: string) => readonly string[] | undefined): Promise<Compared> {
  const gitDir = runner.mirrorOf(project).directory
  const baseline = await baselineOf(runner.db, job, project.defaultBranch, gitDir)
  const earlier = baseline ? earlierFindings(runner.db, baseline.seq) : []
  if (earlier.length === 0) return { baseline: baseline?.seq, was: [], gone: [] }
  const partners = await partnersIn(runner, gitDir, baseline, earlier, { sha: job.sha, findings, source }, job.id)
  const kept = new Set(partners)
  return { baseline: baseline?.seq, was: Array.from(partners, partner => earlier[partner]), gone: earlier.filter((_, index) => !kept.has(index)) }
}

/** Which of the findings of an earlier commit each of the present ones is; -1: none. */
export async function partnersIn(runner: Runner, gitDir: string, baseline: Pick<Baseline, 'sha'> | undefined, earlier: readonly EarlierFinding[], present: Present, job: string): Promise<Int32Array> {
  const { sha, findings, source } = present
  const past = await pastOf(gitDir, baseline, sha, earlier).catch((error: unknown): Past => {
    // A forgotten snapshot, a branch that was forced, a change of half a million lines: the ledger's own lines must do.
    runner.log.warn('findings are compared without git', { job, message: messageOf(error) })
    return { changes: undefined, sources: new Map() }
  })
  const whole = (lines: readonly string[] | undefined) => lines && { start: 1, lines }
  return track(
    { findings: earlier, excerpt: index => whole(past.sources.get(earlier[index]?.file ?? '')) ?? snippetOf(runner.db, earlier[index]?.id ?? 0) },
    { findings, excerpt: index => whole(source(findings[index]?.file ?? '')) },
    past.changes,
  )
}

interface Present { sha: string | null; findings: readonly Trackable[]; source(file: string): readonly string[] | undefined }
interface Past { changes: Changes | undefined; sources: ReadonlyMap<string, readonly string[]> }

/** What git knows: where lines went, and what the files that changed were like. */
async function pastOf(gitDir: string, baseline: Pick<Baseline, 'sha'> | undefined, sha: string | null, earlier: readonly EarlierFinding[]): Promise<Past> {
  if (!baseline?.sha || !sha) return { changes: undefined, sources: new Map() }
  const changes = await changesBetween(gitDir, baseline.sha, sha)
  const touched = [...new Set(earlier.map(one => one.file ?? ''))].filter(file => changes.files.has(file))
  const texts = await filesAt(gitDir, baseline.sha, touched)
  return { changes, sources: new Map([...texts].map(([file, text]) => [file, linesOf(text)])) }
}
