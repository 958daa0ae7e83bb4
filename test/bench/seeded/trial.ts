import { pathToFileURL } from 'node:url'
import type { Server } from '../../support/server.ts'
import type { Grown } from './grow.ts'
import { lay, plant } from './grow.ts'
import type { Refusal, Seed, Tree } from './seeds.ts'

/** What one request for a patch came to. */
export interface Offer {
  /** Of the patch; empty where nobody could draft one. */
  id: string
  tree: string; tool: string; rule: string | undefined
  /** The first of its files. */
  file: string
  /** Defects that it is for. */
  defects: number
  expected: Refusal | undefined
  state: string
  reason: string
  /** What the fixer made of it, taken or not. */
  diff: string | undefined
}

export interface Trial { grown: Grown; offers: readonly Offer[]; unseen: readonly Seed[]; seconds: number }

const patience = 900_000

/** Lays the tree, plants, asks for a patch for each group of defects, and waits for what becomes of them. */
export async function runTrial(server: Server, tree: Tree, source: string): Promise<Trial> {
  const start = Date.now()
  const hidden = await lay(tree, source)
  const project = tree.name
  await ask(server, 'POST', '/projects', { name: project, git_url: pathToFileURL(source).href, ...tree.definition })
  await runAll(server, project)
  const seeds = plant(tree, source)
  const found = await newFindings(server, await runAll(server, project))
  const offers: Offer[] = []
  const unseen: Seed[] = []
  for (const group of groups(seeds)) {
    const [seed] = group
    const own = found.filter(({ finding }) => finding.tool === seed.tool && (seed.rule === undefined || finding.rule === seed.rule) && group.some(one => one.file === finding.file))
    const reported = group.filter(one => own.some(({ finding }) => finding.file === one.file))
    unseen.push(...group.filter(one => !reported.includes(one)))
    const [first] = own
    if (!first) continue
    const { patches } = await ask(server, 'POST', `/projects/${project}/patches`, { job_id: first.job, finding_ids: own.filter(one => one.job === first.job).map(one => one.finding.id) })
    const offer = { tree: tree.name, tool: seed.tool, rule: seed.rule, file: first.finding.file, expected: seed.refused, state: '', reason: '', diff: undefined }
    // More than one where the loop cuts the request.
    for (const [at, patch] of patches.entries()) offers.push({ ...offer, id: patch.id, defects: at === 0 ? reported.length : 0 })
    if (patches.length === 0) offers.push({ ...offer, id: '', defects: reported.length, state: 'unfixable', reason: 'nobody can draft a patch for it' })
  }
  for (const offer of offers.filter(one => one.id !== '')) Object.assign(offer, await settled(server, offer.id, start + patience))
  return { grown: { tree, source, hidden, seeds }, offers, unseen, seconds: (Date.now() - start) / 1000 }
}

async function ask(server: Server, method: string, path: string, body?: unknown): Promise<any> {
  const answer = await server.request(method, path, body)
  if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body).slice(0, 500)}`)
  return answer.body
}

async function runAll(server: Server, project: string): Promise<any[]> {
  const { run_id } = await ask(server, 'POST', `/projects/${project}/runs`, {})
  for (;;) {
    const { run, jobs } = await ask(server, 'GET', `/runs/${run_id}`)
    if (!['queued', 'running'].includes(run.status)) return jobs
    await rest(200)
  }
}

async function newFindings(server: Server, jobs: readonly any[]): Promise<{ job: string; finding: any }[]> {
  const all: { job: string; finding: any }[] = []
  for (const { id } of jobs) {
    for (let cursor = ''; ;) {
      const page = await ask(server, 'GET', `/jobs/${id}/findings?state=new&limit=500${cursor}`)
      all.push(...page.findings.map((finding: any) => ({ job: id, finding })))
      if (!page.next_cursor) break
      cursor = `&cursor=${encodeURIComponent(page.next_cursor)}`
    }
  }
  return all
}

async function settled(server: Server, id: string, until: number): Promise<Pick<Offer, 'state' | 'reason' | 'diff'>> {
  for (;;) {
    const patch = await ask(server, 'GET', `/patches/${id}`)
    if (patch.settled || Date.now() > until) {
      // Of one that failed only the attempt remembers why.
      const reasons = patch.attempts.map((one: any) => one.reason).filter(Boolean)
      return { state: patch.state, reason: reasons.length > 0 ? reasons.join(' | ') : patch.reason ?? '', diff: patch.diff ?? undefined }
    }
    await rest(300)
  }
}

function groups(seeds: readonly Seed[]): [Seed, ...Seed[]][] {
  const found = new Map<string, [Seed, ...Seed[]]>()
  for (const seed of seeds) {
    const key = JSON.stringify([seed.tool, seed.rule, seed.lot ?? seed.file, seed.refused])
    const group = found.get(key)
    if (group) group.push(seed)
    else found.set(key, [seed])
  }
  return [...found.values()]
}

const rest = (ms: number) => new Promise(resolve => { setTimeout(resolve, ms) })
