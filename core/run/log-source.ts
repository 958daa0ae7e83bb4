import { constants } from 'node:fs'
import { open, type FileHandle } from 'node:fs/promises'
import { openBlocks } from './log-blocks.ts'
import { countLines, readRecord, recordBytes, type Stretch } from './log-index.ts'
import { missing, type LogSource, type Section } from './log-section.ts'

/** Undefined where there is no such log. The plain files first; a compaction in between is met by the third look. */
export async function openSource(path: string): Promise<LogSource | undefined> {
  return await openPlain(path) ?? await openBlocks(`${path}.z`) ?? await openPlain(path)
}

async function openPlain(path: string): Promise<LogSource | undefined> {
  const text = await open(path, constants.O_RDONLY).catch(missing)
  if (!text) return undefined
  const index = await open(`${path}.idx`, constants.O_RDONLY).catch(missing)
  const compacted = index ? undefined : await openBlocks(`${path}.z`)
  if (!compacted) return plainSource(text, index)
  await text.close()
  return compacted
}

export function plainSource(text: FileHandle, index: FileHandle | undefined): LogSource {
  return {
    text: fileSection(text),
    index: index ? fileSection(index) : { size: () => Promise.resolve(0), read: () => Promise.resolve(Buffer.alloc(0)) },
    compact: false,
    async close() {
      await Promise.all([text.close(), index?.close()])
    },
  }
}

function fileSection(file: FileHandle): Section {
  return {
    size: async () => (await file.stat()).size,
    async read(offset, length) {
      const memory = Buffer.allocUnsafeSlow(length)
      const { bytesRead } = await file.read(memory, 0, length, offset)
      return memory.subarray(0, bytesRead)
    },
  }
}

export async function recordCount(source: LogSource): Promise<number> {
  return Math.floor(await source.index.size() / recordBytes)
}

export async function records(source: LogSource, from: number, count: number): Promise<Stretch[]> {
  if (count <= 0) return []
  const memory = await source.index.read(from * recordBytes, count * recordBytes)
  return Array.from({ length: Math.floor(memory.length / recordBytes) }, (_, at) => readRecord(memory, at * recordBytes))
}

/** The number of the last record whose `key` is not above `value`; -1 where there is none. */
export async function findRecord(source: LogSource, key: 'offset' | 'line', value: number): Promise<number> {
  let low = 0
  let high = await recordCount(source)
  while (low < high) {
    const middle = (low + high) >> 1
    const [one] = await records(source, middle, 1)
    if (one && one[key] <= value) low = middle + 1
    else high = middle
  }
  return low - 1
}

/** How many lines the log has: those before the last record, and those counted behind it. */
export async function lineCount(source: LogSource): Promise<number> {
  const [last] = await records(source, await recordCount(source) - 1, 1)
  let at = last?.offset ?? 0
  let lines = last ? last.line - 1 : 0
  for (let part = await source.text.read(at, 262_144); part.length; part = await source.text.read(at, 262_144)) {
    lines += countLines(part)
    at += part.length
  }
  return lines
}
