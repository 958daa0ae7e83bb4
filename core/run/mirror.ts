import { createHash } from 'node:crypto'
import { existsSync, lstatSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { FarmError } from '../errors.ts'
import { withoutCredentials } from '../giturl.ts'
import { git } from './git.ts'
import { bareMirror, formatOf, layOut, mend, type ObjectFormat } from './gitdir.ts'
import { lock } from './lock.ts'
import { checkRef, refNames } from './ref.ts'
import { fetchRemote, isSha, listRemote, type Remote, type RemoteRefs } from './remote.ts'
import { discard, sweep, trashOf } from './trash.ts'

/** The bare clone of a project: `<workspaceDir>/<project>/.cache`. */
export interface Mirror extends Remote { project: string }

/** What is wanted: a branch, a tag, a full or short sha; without either, the remote's default branch. */
export interface Want { ref?: string | undefined; sha?: string | undefined }
export interface Resolved { sha: string; branch?: string }

/** One exchange with the remote, for everybody who waited for it. */
interface Exchange {
  /** Full ref names and shas that it asks for. */
  wants: Set<string>
  /** ms; Infinity until it has begun. */
  startedAt: number
  waiters: number
  abort: AbortController
  answer: Promise<RemoteRefs>
}

/** What this process knows of a mirror. */
interface State {
  url: string
  /** Object → its commit, for those that are in the mirror with all that they need. */
  commits: Map<string, string>
  mended: Promise<void> | undefined
  last: Exchange | undefined
  next: Exchange | undefined
  /** packed-refs text of the mirror's tags. */
  tags: Promise<string> | undefined
  /** The remote's tags when they were fetched last. */
  fetchedTags: string | undefined
}

const states = new Map<string, State>()
const maxKnown = 20_000
const everything = ['+refs/heads/*:refs/heads/*', '+refs/tags/*:refs/tags/*']

/** A value: opens and makes nothing. The first use in this process puts right what a killed one left. */
export function openMirror(options: { directory: string; url: string; allowFile: boolean }): Mirror {
  return { ...options, project: basename(dirname(options.directory)) }
}

/**
 * Makes sure that the wanted commit is in the mirror. A call is answered by any exchange with the remote that began after
 * `notBefore` (ms), so a burst of triggers costs a few; a full sha that is there already costs none.
 * Throws `invalid` (with that field, else `ref` or `sha`) for names that cannot be or are not, `unavailable` where the remote does not answer.
 */
export async function resolve(mirror: Mirror, want: Want, options: { signal?: AbortSignal; notBefore: number; field?: string }): Promise<Resolved> {
  const field = options.field ?? (want.sha === undefined ? 'ref' : 'sha')
  const name = want.sha?.toLowerCase() ?? want.ref
  if (name !== undefined) checkRef(name, field)
  const state = stateOf(mirror)
  await mended(mirror, state)
  if (name !== undefined && isSha(name)) {
    const sha = await commitOf(mirror, name) ?? (await exchange(mirror, state, [name], options), await commitOf(mirror, name))
    return sha === undefined ? unknown(name, field) : { sha }
  }
  const wanted = refNames(name)
  const { refs, head } = await exchange(mirror, state, wanted, options)
  for (const full of wanted) {
    const object = refs.get(full)
    if (object === undefined) continue
    const sha = await commitOf(mirror, object) ?? await commitOf(mirror, full)
    const branch = full === 'HEAD' ? head : full
    if (sha) return branch?.startsWith('refs/heads/') ? { sha, branch: branch.slice('refs/heads/'.length) } : { sha }
  }
  const short = name !== undefined && /^[0-9a-f]{4,63}$/.test(name) ? await commitOf(mirror, name) : undefined
  if (short) return { sha: short }
  if (name === undefined) throw new FarmError('invalid', 'The repository has no commit on its default branch', { field, hint: 'Push something, or name a branch.' })
  return unknown(name, field)
}

function unknown(name: string, field: string): never {
  throw new FarmError('invalid', `The repository has no branch, tag or commit ${name}`, { field, hint: 'Short shas must be of a commit on a branch or tag.' })
}

/** Removes the mirror of that directory, and the project's slots with it. */
export async function removeMirror(directory: string): Promise<void> {
  states.delete(directory)
  const project = dirname(directory)
  if (!existsSync(project)) return
  const trash = trashOf(dirname(project))
  discard(project, trash)
  await sweep(trash)
}

/** The mirror's tags, as the text of a packed-refs file. */
export function tagsOf(mirror: Mirror): Promise<string> {
  const state = stateOf(mirror)
  return state.tags ??= readTags(mirror.directory)
}

/** Fetches every object again, after one was found missing or broken. */
export async function heal(mirror: Mirror, signal: AbortSignal): Promise<void> {
  await locked(mirror, signal, () => repair(mirror, [], signal))
}

function stateOf(mirror: Mirror): State {
  const known = states.get(mirror.directory)
  if (known?.url === mirror.url) return known
  const state: State = { url: mirror.url, commits: new Map(), mended: undefined, last: undefined, next: undefined, tags: undefined, fetchedTags: undefined }
  states.set(mirror.directory, state)
  return state
}

function forget(state: State): void {
  state.commits.clear()
  state.tags = state.fetchedTags = undefined
}

function mended(mirror: Mirror, state: State): Promise<void> {
  return state.mended ??= locked(mirror, undefined, async () => {
    const project = dirname(mirror.directory)
    takeOver(mirror)
    for (const name of readdirSync(project)) if (name.startsWith('.cache-new-')) discard(join(project, name), trashOf(project))
    if (lstatSync(mirror.directory, { throwIfNoEntry: false }) && !mend(mirror.directory, formatOf(mirror.directory))) discard(mirror.directory, trashOf(project))
    void sweep(trashOf(project))
  }).catch(error => { state.mended = undefined; throw error })
}

/** Objects of the repository that the project had before are none of this one's, whoever knows their names. */
function takeOver(mirror: Mirror): void {
  const project = dirname(mirror.directory)
  const { file, is: origin, was } = originOf(mirror)
  if (was === origin) return
  if (was !== undefined && existsSync(mirror.directory)) discard(mirror.directory, trashOf(project))
  writeFileSync(`${file}.new`, origin, { mode: 0o600 })
  renameSync(`${file}.new`, file)
}

/** Which repository a mirror is of by its own word, `was`, and by who asks. */
function originOf({ directory, url }: Mirror): { file: string; is: string; was: string | undefined } {
  const file = join(dirname(directory), '.origin')
  return { file, is: createHash('sha256').update(withoutCredentials(url).replace(/\/{1,100}$/, '')).digest('hex'), was: existsSync(file) ? readFileSync(file, 'utf8') : undefined }
}

/** One process at a time changes a mirror. */
async function locked<T>(mirror: Mirror, signal: AbortSignal | undefined, action: () => Promise<T>): Promise<T> {
  mkdirSync(dirname(mirror.directory), { recursive: true, mode: 0o700 })
  const { release } = await lock(`${mirror.directory}.lock`, signal)
  try { return await action() } finally { release() }
}

/** Joins an exchange that began late enough, or the next one. */
async function exchange(mirror: Mirror, state: State, wants: readonly string[], options: { signal?: AbortSignal; notBefore: number }): Promise<RemoteRefs> {
  options.signal?.throwIfAborted()
  const { last } = state
  const fits = last && last.startedAt > options.notBefore && !last.abort.signal.aborted && wants.every(want => last.wants.has(want))
  const chosen = fits ? last : state.next ??= plan(mirror, state)
  if (!fits) for (const want of wants) chosen.wants.add(want)
  chosen.waiters++
  try {
    return await unlessAborted(chosen.answer, options.signal)
  } finally {
    if (--chosen.waiters === 0) chosen.abort.abort(new Error('nobody waits for it'))
  }
}

function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return promise
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason)
    signal.addEventListener('abort', abort, { once: true })
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
  })
}

/** The next exchange begins when the one under way is over; until then it gathers wants. */
function plan(mirror: Mirror, state: State): Exchange {
  const abort = new AbortController()
  const before = state.last?.answer
  const planned: Exchange = { wants: new Set(), startedAt: Infinity, waiters: 0, abort, answer: Promise.resolve().then(async () => {
    await before?.catch(() => {})
    state.last = planned
    state.next = undefined
    planned.startedAt = Date.now()
    abort.signal.throwIfAborted()
    return await converse(mirror, state, [...planned.wants], abort.signal)
  }) }
  planned.answer.catch(() => { if (state.last === planned) state.last = undefined })
  return planned
}

/** Asks what the remote has, and fetches when something wanted, or a tag, is not here. */
async function converse(mirror: Mirror, state: State, wants: readonly string[], signal: AbortSignal): Promise<RemoteRefs> {
  const answer = await listRemote(mirror, wants.filter(want => !isSha(want)), signal)
  const tags = [...answer.refs].filter(([name]) => name.startsWith('refs/tags/') && !name.endsWith('^{}')).map(([name, sha]) => `${sha} ${name}\n`).join('')
  const there = existsSync(mirror.directory)
  state.fetchedTags ??= there ? (await tagsOf(mirror)).replace(/^[#^].*\n/gm, '') : undefined
  const objects = wants.flatMap(want => isSha(want) ? want : answer.refs.get(want) ?? [])
  const missing = await missingOf(mirror, state, objects)
  if (there && missing.length === 0 && (state.fetchedTags ?? '') === tags) return answer
  if (answer.refs.size === 0 && objects.length === 0) return answer
  await locked(mirror, signal, () => update(mirror, wants, answer.refs, signal))
  state.tags = undefined
  state.fetchedTags = tags
  return answer
}

async function update(mirror: Mirror, wants: readonly string[], refs: ReadonlyMap<string, string>, signal: AbortSignal): Promise<void> {
  // Asked for before the project got another git URL: its answer must not come among that one's objects.
  const { is, was } = originOf(mirror)
  if (was !== undefined && is !== was) throw new FarmError('unavailable', 'The git URL of the project has changed meanwhile', { hint: 'Ask again.' })
  const others = wants.filter(want => want.startsWith('refs/') && refs.has(want) && !/^refs\/(?:heads|tags)\//.test(want)).map(name => `+${name}:${name}`)
  const refspecs = [...everything, ...others]
  if (!existsSync(mirror.directory)) await create(mirror, refspecs, [...refs.values()][0]?.length === 64 ? 'sha256' : 'sha1', signal)
  else {
    try { await fetchRemote(mirror, refspecs, { into: mirror.directory, signal }) } catch {
      signal.throwIfAborted()
      await repair(mirror, others, signal)
    }
  }
  for (const sha of wants.filter(isSha)) {
    if (await commitIn(mirror.directory, sha) !== undefined) continue
    // Not on any branch (any more): servers give it by its name, or do not know it, which the caller finds out.
    await fetchRemote(mirror, [`+${sha}:refs/farm/${sha}`], { into: mirror.directory, signal }).catch(() => signal.throwIfAborted())
  }
}

/** Made under another name: what has the mirror's name is whole. */
async function create(mirror: Mirror, refspecs: readonly string[], format: ObjectFormat, signal: AbortSignal): Promise<void> {
  const project = dirname(mirror.directory)
  const draft = mkdtempSync(join(project, '.cache-new-'))
  try {
    layOut(draft, bareMirror(format))
    await fetchRemote(mirror, refspecs, { into: draft, signal })
    if (existsSync(mirror.directory)) discard(mirror.directory, trashOf(project))
    renameSync(draft, mirror.directory)
  } finally {
    rmSync(draft, { recursive: true, force: true })
    void sweep(trashOf(project))
  }
}

/**
 * The remote answers, yet the mirror cannot take its objects: the mirror is at fault. First its refs are dropped and all
 * objects fetched again beside the old ones, which running jobs borrow; where not even that works it is made anew.
 */
async function repair(mirror: Mirror, others: readonly string[], signal: AbortSignal): Promise<void> {
  const { directory } = mirror
  forget(stateOf(mirror))
  try {
    if (!mend(directory, formatOf(directory))) throw new Error('no repository')
    for (const path of ['refs', 'packed-refs', 'shallow']) discard(join(directory, path), trashOf(dirname(directory)))
    mend(directory, formatOf(directory))
    await fetchRemote(mirror, [...everything, ...others], { into: directory, signal, anew: true })
    await git(['rev-list', '--objects', '--quiet', '--all'], { gitDir: directory, signal, timeoutMs: 600_000 })
  } catch {
    signal.throwIfAborted()
    await create(mirror, [...everything, ...others], formatOf(directory), signal)
  }
}

async function missingOf(mirror: Mirror, state: State, objects: readonly string[]): Promise<string[]> {
  const found = await Promise.all(objects.map(async object => state.commits.has(object) || await commitOf(mirror, object) !== undefined))
  return objects.filter((_, index) => !found[index])
}

/** The commit that a name or object of the mirror stands for. */
async function commitOf(mirror: Mirror, name: string): Promise<string | undefined> {
  const { commits } = stateOf(mirror)
  const known = commits.get(name)
  if (known !== undefined) return known
  const sha = existsSync(mirror.directory) ? await commitIn(mirror.directory, name) : undefined
  if (commits.size > maxKnown) commits.clear()
  if (sha !== undefined && isSha(name)) commits.set(name, sha)
  return sha
}

async function commitIn(gitDir: string, name: string): Promise<string | undefined> {
  const output = await git(['rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`], { gitDir }).catch(() => undefined)
  return output?.toString('latin1').trim() || undefined
}

async function readTags(gitDir: string): Promise<string> {
  const output = await git(['for-each-ref', '--format=%(objectname) %(refname)%0a^%(*objectname)', 'refs/tags'], { gitDir }).catch(() => Buffer.alloc(0))
  const lines = output.toString('utf8').split('\n').filter(line => line !== '' && line !== '^')
  return lines.length ? `# pack-refs with: peeled fully-peeled sorted \n${lines.join('\n')}\n` : ''
}
