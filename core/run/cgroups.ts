import { mkdirSync, readFileSync, readdirSync, rmdirSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, relative } from 'node:path'
import { descendants } from './process-tree.ts'

export type Controller = 'memory' | 'pids'

/** A control group of this process, below which others are made. */
export interface Place { controller: Controller; version: 1 | 2; directory: string }

/** The leaf that the farm moves into where its group is of version 2: one that limits its children may hold no processes itself. */
const leaf = 'farm'

/** Where the kernel keeps this process's group of a controller: cgroups(7), proc_pid_mountinfo(5). Undefined where it is not mounted. */
export function placeOf(controller: Controller, groups: string, mounts: string): Place | undefined {
  const lines = groups.split('\n').map(line => /^\d+:(?<controllers>[^:]*):(?<path>.*)$/.exec(line)?.groups ?? {})
  const first = lines.find(line => line.controllers?.split(',').includes(controller))
  const own = first ?? lines.find(line => line.controllers === '')
  if (own?.path === undefined) return undefined
  const version = first ? 1 : 2
  for (const line of mounts.split('\n')) {
    const [before = '', after = ''] = line.split(' - ')
    const [, , , root = '', point = ''] = before.split(' ')
    const [type, , options = ''] = after.split(' ')
    if (version === 1 ? type !== 'cgroup' || !options.split(',').includes(controller) : type !== 'cgroup2') continue
    const inner = relative(root, own.path)
    if (inner === '..' || inner.startsWith('../')) continue
    return { controller, version, directory: join(point, inner) }
  }
  return undefined
}

/** Makes a group of version 2 hand controllers on to those below it. Throws what the kernel says; answers the group to make others in. */
export function handOn(directory: string, controllers: readonly string[]): string {
  const base = basename(directory) === leaf ? dirname(directory) : directory
  const file = join(base, 'cgroup.subtree_control')
  const missing = controllers.filter(one => !words(file).includes(one))
  if (missing.length === 0) return base
  const offered = words(join(base, 'cgroup.controllers'))
  for (const one of missing) if (!offered.includes(one)) throw new Error(`the controller ${one} is not handed to the farm's control group`)
  const enable = () => writeFileSync(file, missing.map(one => `+${one}`).join(' '))
  try { enable() } catch (error) {
    if (!(error instanceof Error) || !('code' in error) || error.code !== 'EBUSY') throw error
    intoLeaf(base)
    try { enable() } catch {
      outOfLeaf(base)
      throw new Error('other programs share the farm\'s control group', { cause: error })
    }
  }
  return base
}

/** This process and its children; and process 1, which is only found here in a container that is there for the farm. */
function intoLeaf(base: string): void {
  const own = new Set([process.pid, ...descendants(process.pid).map(one => one.pid)])
  mkdirSync(join(base, leaf), { recursive: true })
  for (const pid of members(base)) if (own.has(pid) || pid === 1) move(pid, join(base, leaf))
}

function outOfLeaf(base: string): void {
  try {
    for (const pid of members(join(base, leaf))) move(pid, base)
    rmdirSync(join(base, leaf))
  } catch { /* it does no harm */ }
}

/** The ids of the processes in a group. */
export function members(directory: string): number[] {
  return words(join(directory, 'cgroup.procs')).map(Number).filter(pid => pid > 0)
}

/** The groups below one. */
export function groupsIn(directory: string): string[] {
  return readdirSync(directory, { withFileTypes: true }).filter(entry => entry.isDirectory()).map(entry => entry.name)
}

/** One that has ended meanwhile is nobody's business. */
function move(pid: number, directory: string): void {
  try { writeFileSync(join(directory, 'cgroup.procs'), String(pid)) } catch (error) {
    if (!(error instanceof Error) || !('code' in error) || error.code !== 'ESRCH') throw error
  }
}

const words = (path: string): string[] => readFileSync(path, 'utf8').split(/\s+/).filter(Boolean)
