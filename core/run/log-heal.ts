import { open, rename, rm, stat, truncate } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { writeBlocks } from './log-blocks.ts'
import { recordBytes } from './log-index.ts'
import { liveLog } from './log-live.ts'
import { missing } from './log-section.ts'
import { findRecord, openSource } from './log-source.ts'

/** Smaller logs stay as they are: a file takes whole disk blocks anyway. */
const worthIt = 65_536

/** After kill -9: cuts a torn last line and records without text; ends a compaction that was interrupted. Appends nothing. */
export async function healLog(path: string): Promise<void> {
  if (liveLog(resolve(path))) return
  await rm(`${path}.z.tmp`, { force: true })
  const plain = await stat(path).catch(missing)
  if (await stat(`${path}.z`).catch(missing)) {
    // It is complete, or it would not have this name.
    await removePlain(path)
    return
  }
  if (!plain) return rm(`${path}.idx`, { force: true })
  const size = await wholeLines(path, plain.size)
  if (size < plain.size) await truncate(path, size)
  const source = await openSource(path)
  if (!source) return
  try {
    const indexSize = await source.index.size()
    const kept = (size === 0 ? 0 : await findRecord(source, 'offset', size - 1) + 1) * recordBytes
    if (kept < indexSize) await truncate(`${path}.idx`, kept)
  } finally {
    await source.close()
  }
}

/** The text's size without a last line that has no end. */
async function wholeLines(path: string, size: number): Promise<number> {
  const file = await open(path, 'r')
  try {
    for (let end = size; end > 0;) {
      const start = Math.max(0, end - 65_536)
      const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(end - start), position: start })
      const last = buffer.subarray(0, bytesRead).lastIndexOf(10)
      if (last >= 0) return start + last + 1
      end = start
    }
    return 0
  } finally {
    await file.close()
  }
}

/** Turns a finished log into one compressed file `<path>.z`, where that is worth it. Those who read it meanwhile are not disturbed. True when it was done. */
export async function compactLog(path: string): Promise<boolean> {
  const plain = await stat(path).catch(missing)
  if (!plain || plain.size < worthIt || liveLog(resolve(path))) return false
  const source = await openSource(path)
  if (!source) return false
  try {
    if (source.compact) return false
    const file = await open(`${path}.z.tmp`, 'w', 0o640)
    try {
      await writeBlocks(file, source)
      await file.datasync()
    } catch (error) {
      // Where there is no room, half a copy takes some of what is left.
      await rm(`${path}.z.tmp`, { force: true })
      throw error
    } finally {
      await file.close()
    }
    await rename(`${path}.z.tmp`, `${path}.z`)
    const directory = await open(dirname(path), 'r')
    await directory.sync().finally(() => directory.close())
    await removePlain(path)
    return true
  } finally {
    await source.close()
  }
}

/** The text first: readers take text without an index for a log that is being compacted. */
async function removePlain(path: string): Promise<void> {
  await rm(path, { force: true })
  await rm(`${path}.idx`, { force: true })
}
