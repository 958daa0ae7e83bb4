import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { promisify } from 'node:util'
import type { Logger } from '../contract.ts'
import { messageOf } from '../errors.ts'
import { openCage, sweepCages } from './cage.ts'
import { handOn, placeOf, type Controller, type Place } from './cgroups.ts'

/** What one job may take, with all its processes together; 0: whatever there is. */
export interface JobLimits { memoryMb: number; pids: number }

/** What is held here, and by what. */
export interface Limits extends JobLimits {
  mode: 'cgroup' | 'none'
  /** For people: the version, or why there is none. */
  reason: string
  places: readonly Place[]
}

/** Nobody is held to anything. */
export const unlimited = (reason: string): Limits => ({ mode: 'none', reason, memoryMb: 0, pids: 0, places: [] })

/** Tries it: the farm's control group must be its own to divide. What cannot be held is left out, and `reason` says why. */
export async function detectLimits(wanted: JobLimits): Promise<Limits> {
  if (wanted.memoryMb === 0 && wanted.pids === 0) return unlimited('switched off by CRAFTING_JOB_MEMORY_MB=0 and CRAFTING_JOB_PIDS=0')
  if (process.platform !== 'linux') return unlimited('control groups are Linux\'s')
  const found: Place[] = []
  const faults: string[] = []
  for (const controller of ['memory', 'pids'] as const) {
    if (wanted[controller === 'memory' ? 'memoryMb' : 'pids'] === 0) continue
    try {
      const place = usable(controller)
      await sweepCages(place.directory)
      await tryOut(place, wanted)
      found.push(place)
    } catch (error) { faults.push(`${controller}: ${messageOf(error)}`) }
  }
  const held = (controller: Controller, value: number) => found.some(place => place.controller === controller) ? value : 0
  const how = [...new Set(found.map(place => `cgroup v${place.version}`))].join(', ')
  return {
    mode: found.length ? 'cgroup' : 'none', reason: [...how ? [how] : [], ...faults].join('; '),
    memoryMb: held('memory', wanted.memoryMb), pids: held('pids', wanted.pids), places: found,
  }
}

/** A line in the log, a warning where nothing of what was wanted can be held. */
export function sayLimits(log: Logger, wanted: JobLimits, limits: Limits): void {
  const { mode, reason, memoryMb, pids } = limits
  log[mode === 'none' && wanted.memoryMb + wanted.pids > 0 ? 'warn' : 'info']('limits', { mode, memory_mb: memoryMb, pids, reason })
}

/** A project's own limits, which may be lower than the farm's, not higher. */
export function lowered(limits: Limits, own: Partial<JobLimits> = {}): Limits {
  const lower = (farm: number, wish: number | undefined) => farm === 0 || wish === undefined ? farm : Math.min(farm, wish)
  return { ...limits, memoryMb: lower(limits.memoryMb, own.memoryMb), pids: lower(limits.pids, own.pids) }
}

function usable(controller: Controller): Place {
  const place = placeOf(controller, readFileSync('/proc/self/cgroup', 'utf8'), readFileSync('/proc/self/mountinfo', 'utf8'))
  if (!place) throw new Error('no control group of this process is mounted')
  return place.version === 1 ? place : { ...place, directory: handOn(place.directory, [controller]) }
}

async function tryOut(place: Place, wanted: JobLimits): Promise<void> {
  const cage = openCage({ ...wanted, mode: 'cgroup', reason: '', places: [place] })
  try {
    await promisify(execFile)('/bin/sh', ['-c', 'echo 0 >"$1"', 'sh', ...cage?.joins ?? []], { timeout: 10_000, env: {} })
  } finally { await cage?.close() }
}
