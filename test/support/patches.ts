import { execFileSync, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import type { Test } from 'tap'
import type { Loose } from '../http/document.ts'
import { repository, serve, type Served } from '../http/server.ts'
import { temporary } from './temporary.ts'

/** A farm with a project `shop`, of which somebody wants patches. */
export interface Patching extends Served {
  source: string
  git(...args: string[]): string
  me: string
}

/** What to say where programs are missing; false where they are there. */
export function missing(...names: string[]): string | false {
  const gone = names.filter(name => spawnSync('sh', ['-c', `command -v ${name}`]).status !== 0)
  return gone.length > 0 && `${gone.join(', ')}: not on this machine`
}

export async function patching(t: Test, files: Record<string, string>, definition: Record<string, unknown> = {}, env: Record<string, string> = {}): Promise<Patching> {
  const farm = await serve(t, env)
  const source = join(temporary(t), 'source')
  const git_url = repository(source, files)
  const me = farm.mint('me')
  const made = await farm.call('POST', '/projects', { token: me, body: { name: 'shop', git_url, ...definition } })
  t.equal(made.status, 201, made.text)
  return { ...farm, source, me, git: (...args) => execFileSync('git', args, { cwd: source, encoding: 'utf8' }).trim() }
}

/** The jobs of a run that has ended. */
export async function ran(farm: Patching, body: Record<string, unknown> = {}): Promise<Loose[]> {
  const { json } = await farm.call('POST', '/projects/shop/runs', { token: farm.me, body })
  await farm.farm.ended(json.run_id)
  return (await farm.call('GET', `/runs/${json.run_id}`, { token: farm.me })).json.jobs
}

/** Asks for all new findings, and waits until nothing more happens. */
export async function repaired(t: Test, farm: Patching, body: Record<string, unknown> = {}): Promise<Loose[]> {
  const asked = await farm.call('POST', '/projects/shop/patches', { token: farm.me, body })
  t.equal(asked.status, 202, asked.text)
  const ids = asked.json.patches.map((patch: Loose) => patch.id)
  await farm.farm.patches!.settled({ name: 'me', isAdmin: false }, ids, { seconds: 200, signal: new AbortController().signal })
  return Promise.all(ids.map(async (id: string) => (await farm.call('GET', `/patches/${id}`, { token: farm.me })).json))
}
