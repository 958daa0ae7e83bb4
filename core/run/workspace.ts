import { randomUUID } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, readdirSync, utimesSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { FarmError, messageOf } from '../errors.ts'
import { redactor } from '../giturl.ts'
import { checkOut, newestIn, ripen, type Checkout } from './checkout.ts'
import { dress, newestOf, type Seal } from './dotgit.ts'
import { complaint, GitError } from './git.ts'
import { formatOf } from './gitdir.ts'
import { readIndex } from './gitindex.ts'
import { isLocked, lock, tryLock, type Lock } from './lock.ts'
import { heal, tagsOf, type Mirror } from './mirror.ts'
import { checkOutModules, type ModuleState } from './modules.ts'
import { discard, emptied, sweep, trashOf } from './trash.ts'
export { collect } from './collect.ts'

/** A checkout of one commit that belongs to one job until it is released. All paths are absolute. */
export interface Workspace {
  root: string
  /** Empty directories of the job's own. */
  home: string
  tmp: string
  reports: string
  sha: string
  slot: number
  /** The mirror's objects, which the job's git reads. */
  borrowed: string
  /** The farm's own index of the tree, out of the job's reach. */
  index: string
  /** What the checkout lacks, for people: submodules that could not be had. */
  notes: readonly string[]
  release(): Promise<void>
}

/** What a slot is at: `<slots>/<n>/state.json`, written when it is proven. */
interface SlotState {
  version: 1
  sha: string
  index: string
  /** What its git directory was made of, and how that was left. */
  tags: string
  seal: Seal
  modules: readonly ModuleState[]
  notes: readonly string[]
}

interface Claim { number: number; directory: string; lock: Lock }

/**
 * A clean checkout of a commit that is in the mirror, in a slot of the project's: one that is at this commit already where
 * there is one, else any free one, else a new one. Throws `unavailable` when there is no way to it.
 */
export async function acquire(mirror: Mirror, sha: string, options: { signal?: AbortSignal; keep?: boolean } = {}): Promise<Workspace> {
  const { signal } = options
  signal?.throwIfAborted()
  const project = dirname(mirror.directory)
  const claim = await claimSlot(join(project, 'slots'), sha, signal)
  try {
    const state = await prepared(mirror, sha, claim, trashOf(project), signal)
    return workspace(mirror, claim, state, options.keep ?? false)
  } catch (error) {
    claim.lock.release()
    throw error
  } finally { if (existsSync(trashOf(project))) void sweep(trashOf(project)) }
}

function workspace(mirror: Mirror, claim: Claim, state: SlotState, keep: boolean): Workspace {
  const at = (name: string) => join(claim.directory, name)
  let released = false
  return {
    root: at('tree'), home: at('home'), tmp: at('tmp'), reports: at('reports'), sha: state.sha, slot: claim.number,
    borrowed: join(mirror.directory, 'objects'), index: at(state.index), notes: state.notes,
    release: async () => {
      if (released) return
      released = true
      try {
        if (keep) writeFileSync(at('kept'), '')
        writeFileSync(join(claim.directory, '../../.used'), '')
        const now = Date.now() / 1000
        utimesSync(at('state.json'), now, now)
      } catch { /* the project was removed meanwhile */ }
      claim.lock.release()
    },
  }
}

/** Paths of the repository's own files, relative to its root, sorted. Submodules' files are not among them. */
export async function listFiles(place: Workspace): Promise<string[]> {
  return filesOf(place)
}

/** The same at once, for who cannot wait. */
export function filesOf(place: Workspace): string[] {
  const entries = readIndex(place.index, place.sha.length === 64 ? 'sha256' : 'sha1')
  return entries.filter(entry => entry.kind !== 'gitlink').map(entry => Buffer.from(entry.path, 'latin1').toString('utf8'))
}

/** Numbers of the slots that jobs use now, in this process or another. */
export function slotsInUse(mirror: Pick<Mirror, 'directory'>): number[] {
  const slots = join(dirname(mirror.directory), 'slots')
  return numbersIn(slots).filter(number => isLocked(join(slots, `${number}.lock`)))
}

export function numbersIn(slots: string): number[] {
  if (!existsSync(slots)) return []
  return readdirSync(slots).filter(name => /^\d{1,9}$/.test(name)).map(Number).sort((a, b) => a - b)
}

/** One process claims at a time: two that look while slots change hands would both find none and make more than are needed. */
async function claimSlot(slots: string, sha: string, signal?: AbortSignal): Promise<Claim> {
  mkdirSync(slots, { recursive: true, mode: 0o700 })
  const { release } = await lock(join(slots, 'claim.lock'), signal, 2)
  try { return freeSlot(slots, sha) } finally { release() }
}

function freeSlot(slots: string, sha: string): Claim {
  const at = (number: number, name = '') => join(slots, String(number), name)
  const free = numbersIn(slots).filter(number => !existsSync(at(number, 'kept')) && !isLocked(join(slots, `${number}.lock`)))
  const warm = free.filter(number => readState(at(number))?.sha === sha)
  for (const number of [...warm, ...free]) {
    const claim = claimNumber(slots, number)
    if (claim) return claim
  }
  for (let number = 1; ; number++) {
    const claim = existsSync(at(number)) ? undefined : claimNumber(slots, number)
    if (claim) return claim
  }
}

function claimNumber(slots: string, number: number): Claim | undefined {
  const lock = tryLock(join(slots, `${number}.lock`))
  if (!lock) return undefined
  const directory = join(slots, String(number))
  mkdirSync(directory, { mode: 0o700, recursive: true })
  return { number, directory, lock }
}

/** In the slot as it is; if that fails in a new one; if that fails too, and objects are at fault, once more with a healed mirror. */
async function prepared(mirror: Mirror, sha: string, claim: Claim, trash: string, signal?: AbortSignal): Promise<SlotState> {
  const state = claim.lock.inherited ? undefined : readState(claim.directory)
  const attempts: (() => Promise<SlotState>)[] = [
    ...state ? [() => prepare(mirror, sha, claim, trash, state, signal)] : [],
    () => prepare(mirror, sha, claim, trash, undefined, signal),
    async () => {
      await heal(mirror, signal ?? new AbortController().signal)
      return prepare(mirror, sha, claim, trash, undefined, signal)
    },
  ]
  for (let tried = 0; ; tried++) {
    try { return await attempts[tried]!() } catch (error) {
      discard(claim.directory, trash)
      signal?.throwIfAborted()
      const last = tried === attempts.length - 1 || tried === attempts.length - 2 && !isObjectFault(error)
      if (last) throw failed(mirror, sha, error)
      mkdirSync(claim.directory, { mode: 0o700, recursive: true })
    }
  }
}

function isObjectFault(error: unknown): boolean {
  return error instanceof GitError && /object|unable to read|pack|tree|inflate|corrupt|not a git repository|bad config/i.test(error.stderr)
}

function failed(mirror: Mirror, sha: string, error: unknown): FarmError {
  if (error instanceof FarmError) return error
  const said = redactor([mirror.url])(error instanceof GitError ? complaint(error) : messageOf(error))
  return new FarmError('unavailable', `${sha.slice(0, 12)} could not be checked out: ${said}`, { cause: error, hint: 'Look for room and rights in the workspace directory.' })
}

async function prepare(mirror: Mirror, sha: string, claim: Claim, trash: string, state: SlotState | undefined, signal?: AbortSignal): Promise<SlotState> {
  const at = (name: string) => join(claim.directory, name)
  if (!state && readdirSync(claim.directory).length) {
    discard(claim.directory, trash)
    mkdirSync(claim.directory, { mode: 0o700 })
  }
  for (const name of ['home', 'tmp', 'reports']) emptied(at(name), trash)
  if (!state) mkdirSync(at('tree'))
  const format = formatOf(mirror.directory)
  const index = state?.index ?? `index-${randomUUID().slice(0, 8)}`
  const place: Checkout = { directory: at('tree'), index: at(index), gitDir: mirror.directory, format, trash, kept: new Set(['.git', ...state?.modules.map(one => one.path) ?? []]) }
  const entries = await checkOut(place, sha, state?.sha, signal)
  const modules = await checkOutModules({ mirror, place, entries, slot: claim.directory, depth: 0 }, state?.sha === sha ? state.modules : [], signal)
  const tags = await tagsOf(mirror)
  const same = state?.sha === sha && state.tags === tags
  const seal = dress(place.directory, { sha, format, mirror: mirror.directory, tags, index: place.index }, trash, same ? state.seal : undefined)
  if (same && seal === state.seal && !modules.changed) return state
  await ripen(place.index, Math.max(newestOf(seal), newestIn(entries), modules.newest))
  const next: SlotState = { version: 1, sha, index, tags, seal, modules: modules.states, notes: modules.notes }
  writeFileSync(at('state.json'), JSON.stringify(next))
  return next
}

function readState(directory: string): SlotState | undefined {
  try {
    const state = JSON.parse(readFileSync(join(directory, 'state.json'), 'utf8')) as SlotState
    return state.version === 1 && basename(state.index) === state.index ? state : undefined
  } catch { return undefined }
}
