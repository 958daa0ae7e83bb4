import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { builtinPluginsDir } from '../plugins.ts'
import { LineSplitter } from '../run/log-split.ts'
import { runProcess } from '../run/process.ts'

/** One thing that was tried. */
export interface Check {
  name: string
  state: 'ok' | 'failed' | 'skipped'
  /** Why it is not ok, and how to get what is missing. */
  detail: string
  seconds?: number
}

const timeoutMs = 1_200_000
const keptLines = 8

/**
 * Runs a pack's smoke.sh in an empty directory with a home of its own; each of its lines `ok - NAME`, `not ok - NAME`,
 * `ok - NAME # SKIP why` is a check. What it printed before a line that is not ok becomes that line's detail.
 */
export async function helloWorlds(folder: string, environment: Readonly<Record<string, string>>, signal: AbortSignal): Promise<Check[]> {
  const script = join(folder, 'smoke.sh')
  if (!existsSync(script)) return [{ name: 'smoke.sh', state: 'failed', detail: `${script} is missing` }]
  const scratch = await mkdtemp(join(tmpdir(), 'crafting-smoke-'))
  const [cwd, home, tmp] = ['work', 'home', 'tmp'].map(name => join(scratch, name)) as [string, string, string]
  const reader = checkReader()
  const streams = { stdout: new LineSplitter(reader.take), stderr: new LineSplitter(reader.take) }
  try {
    await Promise.all([cwd, home, tmp].map(path => mkdir(path)))
    const exit = await runProcess({
      shell: 'exec bash "$CRAFTING_SMOKE"', cwd, marker: `smoke.${scratch}`, timeoutMs, signal, sandbox: undefined,
      env: { ...environment, HOME: home, TMPDIR: tmp, CRAFTING_SMOKE: script, CRAFTING_HELLO: join(builtinPluginsDir, 'hello.sh') },
      output: (stream, chunk) => streams[stream].write(chunk),
    })
    for (const stream of Object.values(streams)) stream.flush()
    return reader.end(exit.ended === 'exited' ? exit.exitCode ?? -1 : exit.ended)
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
}

/** Collects checks from lines, and what was said before them. */
function checkReader() {
  const checks: Check[] = []
  let said: string[] = []
  let began = performance.now()
  const line = (text: string) => {
    const found = /^(?<not>not )?ok(?: \d+)? - (?<name>.*?)(?: # SKIP\b ?(?<why>.*))?$/.exec(text)?.groups
    if (!found) {
      if (text.trim() !== '') said = [...said.slice(1 - keptLines), text.trimEnd()]
      return
    }
    const state = found.why !== undefined ? 'skipped' : found.not ? 'failed' : 'ok'
    checks.push({ name: found.name ?? '', state, detail: state === 'failed' ? said.join('\n') : found.why ?? '', seconds: (performance.now() - began) / 1000 })
    said = []
    began = performance.now()
  }
  return {
    take: (lines: Buffer) => { for (const text of lines.toString('utf8').split('\n')) line(text.replace(/\r$/, '')) },
    end(how: number | string): Check[] {
      if (how !== 0 && checks.every(check => check.state !== 'failed')) checks.push({ name: 'smoke.sh', state: 'failed', detail: [typeof how === 'number' ? `ended with status ${how}` : how, ...said].join('\n') })
      if (checks.length === 0) checks.push({ name: 'smoke.sh', state: 'failed', detail: 'it named no toolchain: a line is `ok - NAME`' })
      return checks
    },
  }
}
