import { open } from 'node:fs/promises'
import { basename } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { readConfig } from '../config.ts'
import type { Finding } from '../contract.ts'
import { FarmError, messageOf } from '../errors.ts'
import { extract, type Extracted, type LogLine } from '../findings/extract.ts'
import { piecesOf } from '../findings/report.ts'
import { findPack } from '../plan.ts'
import { builtinPluginsDir, parsersFor, readPlugins } from '../plugins.ts'

export const usage = `parse [--language L] [--json | --sarif] FILE…   findings and test counts of tools' output; - is standard input`

export async function run(args: string[]): Promise<number> {
  const { values: option, positionals: files } = parseArgs({
    args, strict: true, allowPositionals: true,
    options: { language: { type: 'string', short: 'l' }, json: { type: 'boolean' }, sarif: { type: 'boolean' } },
  })
  if (files.length === 0) throw new FarmError('invalid', 'no file to parse', { hint: `usage: crafting-table ${usage}` })
  if (option.json && option.sarif) throw new FarmError('invalid', '--json and --sarif exclude each other')
  const { packs, faults } = await readPlugins([builtinPluginsDir, ...readConfig().pluginDirs])
  for (const fault of faults) process.stderr.write(`crafting-table: left out: ${fault}\n`)
  const language = option.language === 'generic' ? undefined : option.language
  if (language !== undefined && !findPack(packs, language)) {
    throw new FarmError('invalid', `there is no language "${language}"`, { hint: `known: ${packs.map(pack => pack.name).join(', ')}` })
  }
  const parsers = parsersFor(packs, language)
  const gathered: Finding[] = []
  let status = 0
  for (const file of files) {
    try {
      const found = await extract({ log: linesOf(file), parsers, place: { root: process.cwd(), directory: '' } })
      if (option.sarif) gathered.push(...found.findings)
      else await print(option.json ? jsonLine(file, found) : humanLines(file, found))
    } catch (error) {
      process.stderr.write(`crafting-table: ${file}: ${messageOf(error)}\n`)
      status = 2
    }
  }
  if (option.sarif) await printSarif(gathered, language ?? 'any', `crafting-table parse ${args.join(' ')}`)
  return status
}

/** A file as a log, read anew each time it is asked for; standard input is kept for that. */
function linesOf(file: string): AsyncIterable<LogLine[]> {
  return {
    async *[Symbol.asyncIterator]() {
      if (file === '-') return yield* logLines(piecesOf(standardInput()))
      const handle = await open(file, 'r')
      try {
        yield* logLines(piecesOf(handle.createReadStream({ highWaterMark: 256 * 1024, autoClose: false })))
      } finally {
        await handle.close()
      }
    },
  }
}

async function* logLines(batches: ReturnType<typeof piecesOf>): AsyncGenerator<LogLine[]> {
  for await (const batch of batches) yield batch.map((piece): LogLine => ({ ...piece, stream: 'stdout' }))
}

let input: Promise<Buffer[]> | undefined

async function* standardInput(): AsyncGenerator<Buffer> {
  input ??= process.stdin.toArray()
  yield* await input
}

function jsonLine(file: string, { findings, tests }: Extracted): string {
  const shown = findings.map(({ file, line, column, rule, level, message, kind, tool }) => ({ file, line, column, rule, level, message, kind, tool }))
  return `${JSON.stringify({ file, findings: shown, tests })}\n`
}

function humanLines(file: string, { findings, tests, notes }: Extracted): string {
  const lines = findings.map(one => {
    const place = [one.file ?? file, one.line, one.column].filter(part => part !== undefined).join(':')
    return `${place} ${one.level} ${one.rule ?? one.tool} ${one.message.split('\n', 1)[0]}`
  })
  const counts = tests ? [`${file}: ${tests.total} tests: ${tests.passed} passed, ${tests.failed} failed, ${tests.skipped} skipped`] : []
  return [...lines, ...counts, ...notes.map(note => `${file}: ${note}`)].map(line => `${line}\n`).join('')
}

async function printSarif(findings: readonly Finding[], language: string, commandLine: string): Promise<void> {
  const [{ sarifStream }, { printsOf }] = await Promise.all([import('../findings/sarif.ts'), import('../findings/fingerprint.ts')])
  const prints = printsOf(findings, () => undefined)
  const document = sarifStream([{
    project: basename(process.cwd()), subproject: '', recipe: 'parse', language,
    rootUri: pathToFileURL(`${process.cwd()}/`).href,
    invocation: { commandLine, exitCode: 0, executionSuccessful: true },
    findings: findings.map((finding, at) => ({ finding, fingerprint: prints[at]?.fingerprint ?? '', state: undefined })),
  }])
  for await (const part of document) await print(part)
  await print('\n')
}

/** Waits for a slow reader. */
async function print(text: string): Promise<void> {
  if (text === '' || process.stdout.write(text)) return
  await new Promise(resolve => process.stdout.once('drain', resolve))
}
