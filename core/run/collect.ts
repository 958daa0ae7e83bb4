import { existsSync, lstatSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { upkeep } from './git.ts'
import { formatOf, mend } from './gitdir.ts'
import { tryLock } from './lock.ts'
import { discard, sweep, trashOf } from './trash.ts'

export interface CollectOptions {
  /** ms */
  now: number
  /** Names of the projects there are; the directories of others go once they were left alone for an hour. Undefined: all stay. */
  registered?: Iterable<string>
  /** Default 24 hours. */
  slotMaxAgeMs?: number
  /** Default 7 days. */
  mirrorQuietMs?: number
}

/** What was done. `faults` are for the log: nothing that goes wrong with one project keeps the others waiting. */
export interface Collected { slots: number; mirrors: number; projects: number; faults: string[] }

const hour = 3_600_000
/** A mirror gets one pack per fetch; beyond this many they are joined. */
const maxPacks = 50

/**
 * The farm's hourly round: removes slots that no job used for a day, half-made ones and trash, packs mirrors that were quiet
 * for a week (`git gc --prune=now`, only while no slot is in use) and removes what unregistered projects left.
 */
export async function collect(workspaceDir: string, options: CollectOptions): Promise<Collected> {
  const done: Collected = { slots: 0, mirrors: 0, projects: 0, faults: [] }
  if (!existsSync(workspaceDir)) return done
  const registered = options.registered && new Set(options.registered)
  for (const name of readdirSync(workspaceDir)) {
    const project = join(workspaceDir, name)
    if (name.startsWith('.') || !lstatSync(project).isDirectory()) continue
    try { await collectProject(project, !registered || registered.has(name), options, done) } catch (error) { done.faults.push(`${name}: ${error instanceof Error ? error.message : String(error)}`) }
  }
  await sweep(trashOf(workspaceDir))
  return done
}

async function collectProject(project: string, registered: boolean, options: CollectOptions, done: Collected): Promise<void> {
  const { now, slotMaxAgeMs = 24 * hour, mirrorQuietMs = 7 * 24 * hour } = options
  const lock = tryLock(join(project, '.cache.lock'))
  const slots = holdFreeSlots(join(project, 'slots'))
  try {
    const lastUse = timeOf(join(project, '.used')) || timeOf(join(project, '.cache')) || timeOf(project)
    if (lock && !registered && !slots.busy && now - lastUse > hour) {
      discard(project, trashOf(join(project, '..')))
      done.projects++
      return
    }
    for (const slot of slots.held) {
      if (slot.whole && now - slot.usedAt <= slotMaxAgeMs) continue
      discard(slot.directory, trashOf(project))
      done.slots++
    }
    if (lock && existsSync(join(project, '.cache'))) {
      for (const name of readdirSync(project)) if (name.startsWith('.cache-new-')) discard(join(project, name), trashOf(project))
      if (await pack(join(project, '.cache'), !slots.busy && now - lastUse > mirrorQuietMs, lastUse)) done.mirrors++
    }
  } finally {
    for (const slot of slots.held) slot.release()
    lock?.release()
  }
  await sweep(trashOf(project))
}

interface HeldSlot { directory: string; usedAt: number; whole: boolean; release(): void }

/** Takes every slot that nobody uses, so that none is used meanwhile. */
function holdFreeSlots(slots: string): { held: HeldSlot[]; busy: boolean } {
  const held: HeldSlot[] = []
  let busy = false
  const names = existsSync(slots) ? readdirSync(slots) : []
  const numbers = new Set(names.map(name => /^(?<number>\d{1,9})(?:\.lock)?$/.exec(name)?.groups?.number).filter(name => name !== undefined))
  for (const number of numbers) {
    const lock = tryLock(join(slots, `${number}.lock`))
    if (!lock) { busy = true; continue }
    const directory = join(slots, number)
    const usedAt = timeOf(join(directory, 'state.json'))
    if (existsSync(directory)) held.push({ directory, usedAt, whole: usedAt > 0 && !lock.inherited, release: lock.release })
    else lock.release()
  }
  return { held, busy }
}

/** True when the mirror was quiet for long enough and was packed. */
async function pack(mirror: string, quiet: boolean, lastUse: number): Promise<boolean> {
  const stamp = join(mirror, 'packed-at')
  if (quiet && timeOf(stamp) < lastUse) {
    mend(mirror, formatOf(mirror))
    await (await upkeep(mirror)).raw('gc', '--quiet', '--prune=now')
    rmSync(stamp, { force: true })
    writeFileSync(stamp, '')
    return true
  }
  const packs = join(mirror, 'objects/pack')
  if (existsSync(packs) && readdirSync(packs).filter(name => name.endsWith('.pack')).length > maxPacks) await (await upkeep(mirror)).raw('repack', '--quiet', '-d', '--geometric=2')
  return false
}

function timeOf(path: string): number {
  try { return statSync(path).mtimeMs } catch { return 0 }
}
