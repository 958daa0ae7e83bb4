import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { compactLog } from './log.ts'

export interface CollectedLogs { removed: number; compressed: number }

/**
 * The hourly round through `<logs>/<project>/<job>.log…`: what belongs to no job any more goes, and a finished log that was not
 * compressed, because the farm ended in between, is. `stateOf` says what has become of a job.
 */
export async function collectLogs(logs: string, stateOf: (id: string) => 'open' | 'ended' | undefined): Promise<CollectedLogs> {
  const done: CollectedLogs = { removed: 0, compressed: 0 }
  for (const project of await directoriesIn(logs)) {
    const directory = join(logs, project)
    for (const name of await readdir(directory).catch(() => [])) {
      const state = stateOf(name.split('.')[0] ?? '')
      if (state === undefined) {
        await rm(join(directory, name), { recursive: true, force: true })
        done.removed++
      } else if (state === 'ended' && name.endsWith('.log')) {
        if (await compactLog(join(directory, name))) done.compressed++
      }
    }
  }
  return done
}

async function directoriesIn(path: string): Promise<string[]> {
  const entries = await readdir(path, { withFileTypes: true }).catch(() => [])
  return entries.filter(entry => entry.isDirectory()).map(entry => entry.name)
}
