import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { text } from 'node:stream/consumers'
import type { Test } from 'tap'
import { addDays, slotOf } from '../../plugins/digest/days.ts'
import { deliveriesOf, runOf } from '../../plugins/digest/runs.ts'
import { tick } from '../../plugins/digest/setup.ts'
import { addJob, addProject, configFor, farmIn, mailbox } from './farm.ts'

const victim = fileURLToPath(new URL('./victim.ts', import.meta.url))
const phases = ['connect', 'mail', 'rcpt', 'data', 'body', 'reply'] as const
type Phase = (typeof phases)[number]
/** Where a farm is killed: before one of its statements, or at a moment of the SMTP transaction. */
type Step = number | Phase

export interface Round { step: string; state: string; arrived: number; fault: string | null }

/**
 * A morning per round: a farm wakes up, is killed at a step, and another one comes after it. Nothing may arrive twice; what is noted as sent has arrived;
 * only what was killed between the body and the answer may be unknown; nothing is left open. Steps: all in turn, or those given.
 */
export async function killRounds(t: Pick<Test, 'teardown'>, directory: string, rounds: number, { only, tell = () => {} }: { only?: readonly Step[]; tell?: (round: Round) => void } = {}): Promise<Round[]> {
  let child: ChildProcess | undefined
  let killAt: Step = 0
  let arrived = 0
  const reach = (phase: Phase) => { if (killAt === phase) child?.kill('SIGKILL') }
  const box = await mailbox(t, {
    onConnect: (_, done) => { reach('connect'); done() }, onMailFrom: (_, __, done) => { reach('mail'); done() }, onRcptTo: (_, __, done) => { reach('rcpt'); done() },
    onData(stream, _, done) {
      reach('data')
      stream.resume().once('end', () => {
        if (!(stream as unknown as { sizeExceeded: boolean }).sizeExceeded) arrived++
        reach('body')
        done()
        setImmediate(reach, 'reply')
      })
    },
  })
  const { core, close } = await farmIn(directory)
  t.teardown(close)
  addProject(core, 'p', {})
  const wake = async (now: number, step: Step) => {
    killAt = step
    child = spawn(process.execPath, ['--import', 'tsx', victim, directory, String(box.port), String(now), typeof step === 'number' ? String(step) : '0'], { stdio: ['ignore', 'pipe', 'inherit'] })
    const [printed] = await Promise.all([text(child.stdout!), once(child, 'exit')])
    return Number(printed.trim().split('\n').at(-1) || 0)
  }
  const config = configFor(box.port)
  const morning = (round: number) => {
    const date = addDays('2026-01-10', round)
    addJob(core.db, { recipe: 'audit', status: 'failed', at: new Date(slotOf(date, config) - 3_600_000).toISOString() })
    return { date, slot: slotOf(date, config) }
  }
  const statements = only ? 0 : await wake(morning(0).slot, 0)
  const steps = only ?? [...phases, ...Array.from({ length: statements }, (_, at) => at + 1)]
  const done: Round[] = []
  for (let round = 0; round < rounds; round++) {
    const step = steps[round % steps.length] ?? 0
    const { date, slot } = morning(round + 1)
    arrived = 0
    await wake(slot, step)
    killAt = 0
    await tick(core, config, { now: () => slot + 10 * 60_000 })
    const run = runOf(core.db, date, 'p')
    const state = run ? deliveriesOf(core.db, run.id).map(one => one.state).join() : 'none'
    const mayBeUnknown = typeof step === 'number' || ['data', 'body', 'reply'].includes(step)
    const fault = arrived > 1 ? 'it arrived twice' : state === 'sent' ? (arrived === 1 ? null : 'sent, but not arrived') : state === 'unknown' && mayBeUnknown ? null : `it is ${state}`
    const told = { step: String(step), state, arrived, fault }
    done.push(told)
    tell(told)
  }
  return done
}
