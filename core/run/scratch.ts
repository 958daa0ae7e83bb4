import { existsSync } from 'node:fs'
import { mkdtemp, readdir, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

let swept: Promise<void> | undefined

/**
 * A new directory, free of links, below the machine's temporary one: `crafting-<kind>-<pid>-…`. Who makes it removes it; what a farm left that was
 * killed meanwhile, the next one removes.
 */
export async function makeScratch(kind: string): Promise<string> {
  await sweepScratch()
  return realpath(await mkdtemp(join(tmpdir(), `crafting-${kind}-${process.pid}-`)))
}

/** Once in a process, and before its first: what others left is gone. */
export function sweepScratch(): Promise<void> {
  return swept ??= removeAbandoned()
}

/** One that is in use after all, seen from another process namespace, is missed by its owner, who makes another. */
async function removeAbandoned(): Promise<void> {
  for (const name of await readdir(tmpdir()).catch(() => [])) {
    const pid = /^crafting-[a-z-]+-(?<pid>\d{1,10})-/.exec(name)?.groups?.pid
    if (pid !== undefined && !existsSync(`/proc/${pid}`)) await rm(join(tmpdir(), name), { recursive: true, force: true }).catch(() => undefined)
  }
}
