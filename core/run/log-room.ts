import { statfs } from 'node:fs/promises'

/** What a log may write before its disk is looked at. */
const firstBytes = 65_536
/** The most it may write between two looks. */
const mostBytes = 16 * 2 ** 20

/**
 * Leaves the last `reserve` bytes of a disk to the ledger: a job that prints until nothing is left would keep its own end
 * from being written. Call with the bytes that are about to be written; throws ENOSPC where they are not to be.
 */
export function roomOn(directory: string, reserve: number): (bytes: number) => Promise<void> {
  let trusted = firstBytes
  return async bytes => {
    trusted -= bytes
    if (trusted >= 0) return
    const { bavail, bsize } = await statfs(directory)
    const room = bavail * bsize - reserve
    if (room < bytes) throw Object.assign(new Error(`ENOSPC: the last ${Math.round(reserve / 1024)} KiB of the disk are kept for the ledger`), { code: 'ENOSPC' })
    // Others write too.
    trusted = Math.min(mostBytes, room / 8)
  }
}
