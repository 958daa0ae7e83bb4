import { createHash, randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { messageOf } from '../errors.ts'
import { checkGitUrl } from '../giturl.ts'
import { checkOut, newestIn, type Checkout } from './checkout.ts'
import { git } from './git.ts'
import { formatOf } from './gitdir.ts'
import type { IndexEntry } from './gitindex.ts'
import { openMirror, resolve, type Mirror } from './mirror.ts'

/** A submodule as it is checked out in a slot. */
export interface ModuleState {
  /** Relative to the checkout that it belongs to; bytes as latin1. */
  path: string
  mirror: string
  url: string
  sha: string
  index: string
  modules: readonly ModuleState[]
}

/** The checkout whose submodules are meant. `depth` counts how many it lies in. */
export interface Outer { mirror: Mirror; place: Checkout; entries: readonly IndexEntry[]; slot: string; depth: number }

export interface Modules { states: ModuleState[]; notes: string[]; changed: boolean; newest: number }

/** Submodules that could not be had, by mirror and sha: not tried again for a minute. */
const failures = new Map<string, { at: number; error: unknown }>()
const retryMs = 60_000

const maxDepth = 5
const maxModules = 100

/**
 * Fills the directories of submodules: each is a checkout as the outer one is, from a mirror of its own, without a git
 * directory. One that cannot be had is left empty, with a note. `old` are those that stand there, perhaps spoiled by a job.
 */
export async function checkOutModules(outer: Outer, old: readonly ModuleState[], signal?: AbortSignal): Promise<Modules> {
  const all: Modules = { states: [], notes: [], changed: false, newest: 0 }
  const links = outer.entries.filter(entry => entry.kind === 'gitlink')
  if (links.length === 0) return all
  let urls: Map<string, string> | undefined
  for (const [number, link] of links.entries()) {
    const known = old.find(one => one.path === link.path && one.sha === link.sha)
    try {
      if (number >= maxModules || outer.depth >= maxDepth) throw new Error(`more than ${maxModules} submodules, or ${maxDepth} in each other`)
      const mirror = known ? openMirror({ directory: known.mirror, url: known.url, allowFile: isLocal(outer.mirror) }) : mirrorOf(outer, link, urls ??= await urlsOf(outer, signal))
      const { state, inner, newest } = await one(outer, link, mirror, known, signal)
      all.states.push(state)
      all.notes.push(...inner.notes)
      all.changed ||= !known || inner.changed
      all.newest = Math.max(all.newest, newest, inner.newest)
    } catch (error) {
      signal?.throwIfAborted()
      if (known) throw error
      all.notes.push(`submodule ${Buffer.from(link.path, 'latin1').toString('utf8')} is left out: ${messageOf(error)}`)
    }
  }
  return all
}

async function one(outer: Outer, link: IndexEntry, mirror: Mirror, known: ModuleState | undefined, signal?: AbortSignal): Promise<{ state: ModuleState; inner: Modules; newest: number }> {
  if (!known) await fetched(mirror, link.sha, signal)
  const index = known?.index ?? `module-${randomUUID().slice(0, 8)}`
  const place: Checkout = {
    directory: join(outer.place.directory, Buffer.from(link.path, 'latin1').toString('utf8')), index: join(outer.slot, index),
    gitDir: mirror.directory, format: formatOf(mirror.directory), trash: outer.place.trash, kept: new Set(known?.modules.map(module => module.path)),
  }
  const entries = await checkOut(place, link.sha, known?.sha, signal)
  const inner = await checkOutModules({ mirror, place, entries, slot: outer.slot, depth: outer.depth + 1 }, known?.modules ?? [], signal)
  return { state: { path: link.path, mirror: mirror.directory, url: mirror.url, sha: link.sha, index, modules: inner.states }, inner, newest: newestIn(entries) }
}

/** A repository from elsewhere may not reach into this machine. */
function isLocal(mirror: Mirror): boolean {
  return mirror.allowFile && /^(?:\/|file:)/i.test(mirror.url)
}

async function fetched(mirror: Mirror, sha: string, signal?: AbortSignal): Promise<void> {
  const key = `${mirror.directory} ${sha}`
  const failure = failures.get(key)
  if (failure && Date.now() - failure.at < retryMs) throw failure.error
  failures.delete(key)
  try { await resolve(mirror, { sha }, { notBefore: 0, ...signal ? { signal } : {} }) } catch (error) {
    if (!signal?.aborted) failures.set(key, { at: Date.now(), error })
    throw error
  }
}

function mirrorOf(outer: Outer, link: IndexEntry, urls: ReadonlyMap<string, string>): Mirror {
  const named = urls.get(link.path)
  if (named === undefined) throw new Error('.gitmodules does not name it')
  const allowFile = isLocal(outer.mirror)
  const url = checkGitUrl(resolveUrl(outer.mirror.url, named), { allowFile })
  const project = outer.depth === 0 ? dirname(outer.mirror.directory) : dirname(dirname(dirname(outer.mirror.directory)))
  return openMirror({ directory: join(project, '.modules', createHash('sha256').update(url).digest('hex').slice(0, 16), '.cache'), url, allowFile })
}

/** Path → URL, as .gitmodules has them. */
async function urlsOf(outer: Outer, signal?: AbortSignal): Promise<Map<string, string>> {
  const file = outer.entries.find(entry => entry.path === '.gitmodules')
  if (file?.kind !== 'file' || !existsSync(join(outer.place.directory, '.gitmodules'))) return new Map()
  const output = await git(['config', '--file', join(outer.place.directory, '.gitmodules'), '--no-includes', '-z', '--get-regexp', '^submodule\\..*\\.(path|url)$'], { cwd: '/', signal }).catch(() => Buffer.alloc(0))
  const modules = new Map<string, { path?: string; url?: string }>()
  for (const record of output.toString('latin1').split('\0')) {
    const { name, key, value } = /^submodule\.(?<name>.*)\.(?<key>path|url)\n(?<value>.*)$/s.exec(record)?.groups ?? {}
    if (name !== undefined) modules.set(name, { ...modules.get(name), [key!]: value })
  }
  return new Map([...modules.values()].flatMap(({ path, url }) => path && url ? [[path, url]] : []))
}

/** A URL that begins with `./` or `../` counts from the outer repository's (gitmodules(5)). */
export function resolveUrl(base: string, url: string): string {
  if (!/^\.\.?\//.test(url)) return url
  let left = base.replace(/\/+$/, '')
  let right = url
  for (let step = /^\.\.?\//.exec(right); step; step = /^\.\.?\//.exec(right)) {
    right = right.slice(step[0].length)
    if (step[0] === '../') left = left.replace(/[/:][^/:]*$/, '')
  }
  const scp = !base.includes('://') && !base.startsWith('/') && !left.includes(':')
  return `${left}${scp ? ':' : '/'}${right}`
}
