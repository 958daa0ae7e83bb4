import { dirname } from 'node:path'
import { resolve, type Mirror, type Want } from './mirror.ts'
import { holdReserve, isFull, makeRoom } from './room.ts'
import { acquire, type Workspace } from './workspace.ts'

export interface ObtainOptions {
  signal: AbortSignal
  /** ms; what the remote said before is too old. */
  notBefore: number
  /** Leave the checkout behind for people to look at. */
  keep?: boolean
}

/**
 * The wanted commit, checked out for one job. On a disk that is full, by what an earlier job left perhaps, everything that nobody uses
 * is removed and it is tried once more. Throws like `resolve` and `acquire`.
 */
export async function obtain(mirror: Mirror, want: Want, options: ObtainOptions): Promise<{ place: Workspace; branch: string | undefined }> {
  const workspaceDir = dirname(dirname(mirror.directory))
  const attempt = async () => {
    const { sha, branch } = await resolve(mirror, want, options)
    return { place: await acquire(mirror, sha, options), branch }
  }
  try {
    holdReserve(workspaceDir)
    return await attempt()
  } catch (error) {
    if (!isFull(error, workspaceDir) || options.signal.aborted) throw error
    await makeRoom(workspaceDir)
    return attempt()
  }
}
