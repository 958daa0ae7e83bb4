import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { realpath } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { extract } from '../findings/extract.ts'
import { followed } from '../findings/read.ts'
import { textOf } from '../findings/report.ts'
import { checkSarif, type SarifOutline } from '../findings/sarif-check.ts'
import { insertJob, jobById, markImported, startJob, type Job } from '../ledger/jobs.ts'
import type { Project } from '../ledger/projects.ts'
import { sarifParser } from '../parse/index.ts'
import { secretsFor } from '../secrets.ts'
import type { Runner } from './job.ts'
import { finish } from './job-end.ts'
import { maskedValue, maskerOf } from './mask.ts'
import { obtain } from './obtain.ts'
import { fileBytes } from './upload.ts'
import { filesOf } from './workspace.ts'

/** Of which commit a document tells, and under which name its results are followed. */
export interface SarifWish { ref: string; sha?: string; tool?: string; subproject: string }

/**
 * A document of another producer as a job of its own that has passed: its findings are compared with those of the last one of the same name on the
 * branch. Everything is stored in one transaction at the end; whatever fails before leaves nothing.
 */
export async function importSarif(runner: Runner, project: Project, path: string, wish: SarifWish, signal: AbortSignal): Promise<Job> {
  const outline = await checkSarif(textOf(fileBytes(path)))
  const { ref } = wish
  const { place, branch = null } = await obtain(runner.mirrorOf(project), { ref, sha: wish.sha }, { signal, notBefore: Date.now() })
  try {
    const { findings, notes } = await extract({
      reports: [{ path: 'sarif', absolute: path, parsers: [{ name: 'sarif', parser: sarifParser({ is: () => true }) }] }],
      parsers: { own: [], everywhere: [] },
      place: {
        root: place.root, directory: wish.subproject, aliases: [await realpath(place.root)], elsewhere: basename(project.gitUrl).replace(/\.git$/, ''),
        files: file => existsSync(join(place.root, file)), listed: () => new Set(filesOf(place)),
      },
    })
    const said = findings.map(one => one.tool === 'sarif' && wish.tool !== undefined ? { ...one, tool: wish.tool } : one)
    const recipe = recipeOf(wish.tool, outline)
    const draft = { id: randomUUID(), runId: null, projectId: project.id, owner: project.owner, subproject: wish.subproject, language: '', recipe, ref, branch, sha: place.sha, snapshot: null }
    // What finds secrets shows them.
    const masker = maskerOf(secretsFor(runner.db, runner.vault, project, draft).values)
    const named = masker ? maskedValue(said, masker) : said
    const message = [told(outline), ...notes].join('; ')
    const reading = await followed({ runner, job: unborn(project, draft), project, place, masker }, { findings: named, tests: null, cases: [] }, true)
    runner.db.transaction(() => {
      insertJob(runner.db, { ...draft, farm: runner.farmId })
      markImported(runner.db, draft.id)
      startJob(runner.db, draft.id)
      finish(runner, jobById(runner.db, draft.id)!, { status: 'passed', exitCode: null, message: masker ? masker.text(message) : message, complete: true }, reading)
    }).immediate()
    return jobById(runner.db, draft.id)!
  } finally { await place.release() }
}

/** As a job that comes after all there are. */
function unborn(project: Project, draft: Omit<Parameters<typeof insertJob>[1], 'farm'>): Job {
  return { ...draft, seq: Number.MAX_SAFE_INTEGER, project: project.name, status: 'running', exitCode: null, message: null, rerunFailed: 0, tests: null, findings: null, createdAt: '', startedAt: null, finishedAt: null }
}

/** What is followed together: what the caller says, else the one tool, else all that comes as SARIF. */
function recipeOf(tool: string | undefined, { tools }: SarifOutline): string {
  const name = tool ?? (tools.length === 1 ? tools[0] ?? '' : '')
  const plain = name.toLowerCase().replace(/[^a-z0-9_-]+/g, '-').replace(/^[^a-z]+|-+$/g, '').slice(0, 32)
  return plain === '' ? 'sarif' : plain
}

function told({ runs, results, tools }: SarifOutline): string {
  const some = tools.slice(0, 5).map(name => name.replace(/\s+/g, ' ').slice(0, 60)).join(', ')
  return `imported ${results} results${some ? ` of ${some}` : ''}${tools.length > 5 ? ', …' : ''}${runs > 1 ? ` in ${runs} runs` : ''}`
}
