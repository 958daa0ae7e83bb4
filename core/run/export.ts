import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { FarmError } from '../errors.ts'
import { git } from './git.ts'
import { isSha } from './remote.ts'
import { makeScratch } from './scratch.ts'

/** Lays out the files of a commit of the mirror in `directory`, which holds nothing else and has no git directory: what is done there reaches no repository. */
export async function exportCommit(mirror: string, sha: string, directory: string, signal?: AbortSignal): Promise<void> {
  if (!isSha(sha)) throw new FarmError('invalid', `${JSON.stringify(sha.slice(0, 80))} is not a whole sha`, { field: 'sha' })
  const scratch = await makeScratch('export')
  try {
    const options = { gitDir: mirror, index: join(scratch, 'index'), workTree: directory, cwd: directory, signal }
    await git(['cat-file', '-e', `${sha}^{commit}`], options).catch(() => { throw new FarmError('not_found', `The mirror has no commit ${sha}`) })
    await git(['read-tree', sha], options)
    await git(['checkout-index', '--all', '--force', '--quiet'], { ...options, config: ['checkout.workers=0'] })
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
}
