import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { seedsOf } from './parsers-case.ts'

// npm run attack:parsers -- [minutes, default 10] [first case, default by the clock] [kind: all (default), log, report, or a pack's name]
// Changed recordings of all tools, through the parsers as a job's output goes. The cases run in a process of their own, which says the number
// of each before it begins: one that hangs is ended and known by it. `npm run attack:parsers -- 0 NUMBER KIND` runs that one.

const minutes = Number(process.argv[2] ?? 10)
const first = Number(process.argv[3] ?? Date.now() % 2 ** 31)
const kind = process.argv[4] ?? 'all'
seedsOf(kind)
const hangMs = 60_000

const directory = mkdtempSync(join(tmpdir(), 'crafting-faults-'))
const child = fork(fileURLToPath(new URL('parsers-loop.ts', import.meta.url)), [String(minutes), String(first), kind], { stdio: ['ignore', 'pipe', 'inherit', 'ipc'], execArgv: process.execArgv })
let at = first
let faults = 0
const hung = () => {
  process.stdout.write(`HANGS: case ${at}\n`)
  faults++
  child.kill('SIGKILL')
}
let watch = setTimeout(hung, hangMs)
createInterface({ input: child.stdout! }).on('line', line => {
  at = Number(line)
  clearTimeout(watch)
  watch = setTimeout(hung, hangMs)
})
child.on('message', ({ number, fixture, what, text }: { number: number; fixture: string; what: string; text: string }) => {
  const file = join(directory, `${number}.txt`)
  writeFileSync(file, text)
  process.stdout.write(`case ${number}, from ${fixture}: ${what}\n  ${file}\n`)
  faults++
})
const [code] = await once(child, 'exit') as [number | null]
clearTimeout(watch)
// The cases that went wrong stay.
if (readdirSync(directory).length === 0) rmdirSync(directory)
process.stdout.write(`${kind}: ${at - first} cases from ${first} in ${minutes} minutes: ${faults} ${faults === 1 ? 'fault' : 'faults'}\n`)
process.exitCode = faults === 0 && code === 0 ? 0 : 1
