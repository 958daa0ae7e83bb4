import { execFileSync, spawn } from 'node:child_process'
import { closeSync, openSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { openDatabase } from '../../core/ledger/database.ts'
import { beginFarm, liveFarms } from '../../core/ledger/farms.ts'
import { isLocked, tryLock } from '../../core/run/lock.ts'
import { findProgram } from '../../core/run/program.ts'
import { until } from '../support/until.ts'
import { testdir } from '../support/temporary.ts'

const startOf = (pid: number | string) => readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ').at(-1)?.split(' ')[19]
const stateOf = (pid: number | string) => readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ').at(-1)?.[0]

t.test('a lock is its holder\'s while that lives, and worth nothing when it has died, collected or not', async t => {
  const path = join(testdir(t), 'lock')
  const parent = spawn('sh', ['-c', 'sleep 0.05 & echo $!; exec sleep 60'], { stdio: ['ignore', 'pipe', 'ignore'] })
  t.teardown(() => parent.kill('SIGKILL'))
  const pid = String(await new Promise(resolve => { parent.stdout.once('data', resolve) })).trim()
  await until(async () => stateOf(pid) === 'Z')
  writeFileSync(path, `${parent.pid} ${startOf(parent.pid ?? 0)} x\n`)
  t.ok(isLocked(path))
  t.equal(tryLock(path), undefined)
  writeFileSync(path, `${pid} ${startOf(pid)} x\n`)
  t.notOk(isLocked(path))
  const lock = tryLock(path)
  t.equal(lock?.inherited, true)
  t.equal(tryLock(path), undefined, 'held by this process')
  lock?.release()
  t.equal(tryLock(path)?.inherited, false)
})

const prlimit = findProgram('prlimit')

t.test('without a descriptor to look with, nobody is taken for dead', { skip: prlimit === undefined && 'no prlimit' }, async t => {
  const path = join(testdir(t), 'lock')
  writeFileSync(path, `${process.ppid} ${startOf(process.ppid)} x\n`)
  const db = openDatabase(':memory:')
  t.teardown(() => db.close())
  beginFarm(db, 'server')
  t.equal(liveFarms(db).length, 1)
  const usual = execFileSync(prlimit ?? '', ['--pid', String(process.pid), '--nofile', '--output=SOFT', '--noheadings', '--raw'], { encoding: 'utf8' }).trim()
  const limit = (count: string) => execFileSync(prlimit ?? '', ['--pid', String(process.pid), `--nofile=${count}:`])
  limit('64')
  const taken: number[] = []
  t.teardown(() => limit(usual))
  for (;;) try { taken.push(openSync('/dev/null', 'r')) } catch { break }
  const faults: unknown[] = []
  for (const ask of [() => liveFarms(db), () => tryLock(path)]) try { ask() } catch (error) { faults.push((error as NodeJS.ErrnoException).code) }
  for (const one of taken) closeSync(one)
  t.strictSame(faults, ['EMFILE', 'EMFILE'])
  t.ok(isLocked(path))
})
