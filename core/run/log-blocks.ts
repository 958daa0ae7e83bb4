import { open, type FileHandle } from 'node:fs/promises'
import { promisify } from 'node:util'
import { deflateRaw, inflateRaw } from 'node:zlib'
import { missing, type LogSource, type Section } from './log-section.ts'

/*
 * A finished log in one file, seekable: the text in blocks of 128 KiB, each deflated alone, then the records of the index
 * the same way, then both tables of block ends (6 bytes each, big-endian, from the file's start), then the footer.
 * Footer, 40 bytes: size of the text (6), size of the index (6), start of the text's table (6), start of the index's
 * table (6), zeros, and at 32 the magic.
 */
export const blockBytes = 131_072
const footerBytes = 40
const magic = Buffer.from('CTLOGZ01')

const deflate = promisify<Buffer, { level: number }, Buffer>(deflateRaw)
const inflate = promisify<Buffer, { maxOutputLength: number }, Buffer>(inflateRaw)

/** Writes both sections of a plain log. `file` is empty; the caller makes it durable. */
export async function writeBlocks(file: FileHandle, plain: LogSource): Promise<void> {
  const [textBytes, indexBytes] = [await plain.text.size(), await plain.index.size()]
  let position = 0
  const append = async (bytes: Buffer) => {
    await file.write(bytes, 0, bytes.length, position)
    position += bytes.length
  }
  const section = async (from: Section, size: number): Promise<Buffer> => {
    const table = Buffer.alloc(Math.ceil(size / blockBytes) * 6)
    for (let number = 0; number * blockBytes < size; number++) {
      const start = number * blockBytes
      await append(await deflate(await from.read(start, Math.min(blockBytes, size - start)), { level: 1 }))
      table.writeUIntBE(position, number * 6, 6)
    }
    return table
  }
  const textTable = await section(plain.text, textBytes)
  const footer = Buffer.alloc(footerBytes)
  const textEnd = position
  const indexTable = await section(plain.index, indexBytes)
  footer.writeUIntBE(textBytes, 0, 6)
  footer.writeUIntBE(indexBytes, 6, 6)
  footer.writeUIntBE(position, 12, 6)
  footer.writeUIntBE(position + textTable.length, 18, 6)
  footer.writeUIntBE(textEnd, 24, 6)
  magic.copy(footer, 32)
  await append(Buffer.concat([textTable, indexTable, footer]))
}

/** Undefined where there is no such file; throws where it is none of ours. */
export async function openBlocks(path: string): Promise<LogSource | undefined> {
  const file = await open(path, 'r').catch(missing)
  if (!file) return undefined
  try {
    const { size } = await file.stat()
    const footer = await readExactly(file, Math.max(0, size - footerBytes), footerBytes)
    if (!footer.subarray(32).equals(magic)) throw new Error(`${path} is not a compacted log`)
    const number = (at: number) => footer.readUIntBE(at, 6)
    const [textTable, indexTable] = [await readExactly(file, number(12), number(18) - number(12)), await readExactly(file, number(18), size - footerBytes - number(18))]
    return { text: blockSection(file, number(0), 0, textTable), index: blockSection(file, number(6), number(24), indexTable), compact: true, close: () => file.close() }
  } catch (error) {
    await file.close()
    throw error
  }
}

function blockSection(file: FileHandle, size: number, start: number, table: Buffer): Section {
  let held: { number: number; text: Promise<Buffer> } | undefined
  const block = (number: number): Promise<Buffer> => {
    if (held?.number !== number) {
      const from = number === 0 ? start : table.readUIntBE((number - 1) * 6, 6)
      const end = table.readUIntBE(number * 6, 6)
      held = { number, text: readExactly(file, from, end - from).then(bytes => inflate(bytes, { maxOutputLength: blockBytes })) }
    }
    return held.text
  }
  return {
    size: () => Promise.resolve(size),
    async read(offset, length) {
      const end = Math.min(size, offset + length)
      const parts: Buffer[] = []
      for (let at = offset; at < end;) {
        const number = Math.floor(at / blockBytes)
        const text = await block(number)
        const part = text.subarray(at - number * blockBytes, Math.min(text.length, end - number * blockBytes))
        if (part.length === 0) break
        parts.push(part)
        at += part.length
      }
      return parts.length === 1 ? parts[0] as Buffer : Buffer.concat(parts)
    },
  }
}

async function readExactly(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(length), position })
  if (bytesRead < length) throw new Error('a compacted log ends too early')
  return buffer
}
