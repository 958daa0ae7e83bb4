import { TextDecoder } from 'node:util'
import { constants } from 'node:fs'
import { open } from 'node:fs/promises'

/** Longer lines come in pieces. */
const maxPiece = 256 * 1024

export interface Piece { text: string; continued?: boolean }

/** What is still read of all of a job's reports. A file of a terabyte costs a job nothing: it need not be written to be that long. */
export interface ReportBudget { bytes: number }

/** A file's lines in batches, UTF-8 or, by its byte order mark, UTF-16. Throws where the budget is spent. */
export async function* reportLines(path: string, budget: ReportBudget): AsyncGenerator<Piece[]> {
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK)
  try {
    yield* piecesOf(within(file.createReadStream({ highWaterMark: maxPiece, autoClose: false }), budget))
  } finally {
    await file.close()
  }
}

async function* within(bytes: AsyncIterable<Buffer>, budget: ReportBudget): AsyncGenerator<Buffer> {
  for await (const chunk of bytes) {
    if (chunk.length > budget.bytes) throw new Error('the reports of one job are too large')
    budget.bytes -= chunk.length
    yield chunk
  }
}

export async function* piecesOf(bytes: AsyncIterable<Buffer>): AsyncGenerator<Piece[]> {
  let decoder: TextDecoder | undefined
  let rest = ''
  let continued = false
  for await (const chunk of bytes) {
    decoder ??= decoderFor(chunk)
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n')
    rest = lines.pop() ?? ''
    const pieces = lines.map((text): Piece => ({ text }))
    if (continued && pieces[0]) pieces[0].continued = true
    if (pieces.length) continued = false
    if (rest.length >= maxPiece) {
      pieces.push(continued ? { text: rest, continued } : { text: rest })
      continued = true
      rest = ''
    }
    yield pieces
  }
  rest += decoder?.decode() ?? ''
  if (rest !== '') yield [continued ? { text: rest, continued } : { text: rest }]
}

/** The same as chunks of text, wherever they break. */
export async function* textOf(bytes: AsyncIterable<Buffer>): AsyncGenerator<string> {
  let decoder: TextDecoder | undefined
  for await (const chunk of bytes) yield (decoder ??= decoderFor(chunk)).decode(chunk, { stream: true })
  yield decoder?.decode() ?? ''
}

function decoderFor(head: Buffer): TextDecoder {
  if (head[0] === 0xff && head[1] === 0xfe) return new TextDecoder('utf-16le')
  if (head[0] === 0xfe && head[1] === 0xff) return new TextDecoder('utf-16be')
  return new TextDecoder('utf-8')
}
