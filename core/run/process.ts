import { closeSync, readSync, statSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { messageOf } from '../errors.ts'
import { openCage, type Cage } from './cage.ts'
import type { Limits } from './limits.ts'
import { closePipe, openPipe, readPipe, releasePipe, type Pipe, type PipeReader } from './process-pipes.ts'
import { supervised } from './process-supervisor.ts'
import { allProcesses, descendants, directoryOf, endAll, isLeaving, markOf, markVariable, processInfo, signalTo, type ProcessInfo } from './process-tree.ts'
import { sandboxCommand, type SandboxView } from './sandbox.ts'
import { startProcess, type Spawned } from './spawner.ts'

export interface JobProcess {
  /** Run by /bin/sh -c. */
  shell: string
  cwd: string
  /** The complete environment. */
  env: Readonly<Record<string, string>>
  /** Unguessable, `<farm id>.<job id>`; the processes of the job carry it in their environment. */
  marker: string
  timeoutMs: number
  /** Between SIGTERM and SIGKILL, default 10,000. */
  graceMs?: number
  /** Cancels. */
  signal: AbortSignal
  sandbox: SandboxView | undefined
  limits?: Limits
  /** The chunk's memory is used again once this has returned, or its promise is fulfilled; until then the pipe rests. */
  output(stream: 'stdout' | 'stderr', chunk: Buffer): void | Promise<void>
}

export interface JobExit {
  /** 128 + n where signal n ended the shell below a sandbox or supervisor. */
  exitCode: number | null
  signal: string | null
  /** `limited`: it took more than its limits allow and was ended for it, or ended itself with a fault after the kernel had refused; `error` says which. */
  ended: 'exited' | 'timed_out' | 'cancelled' | 'limited' | 'failed_to_start'
  error?: string
}

/** Who is the job's first process: bubblewrap, the supervisor, or the shell itself. */
type Warden = 'bubblewrap' | 'supervisor' | 'none'

type Ended = Exclude<JobExit['ended'], 'failed_to_start'>

interface Started extends Spawned { warden: Warden; job: JobProcess; cage: Cage | undefined }

/** How often a job's limits are looked at. */
const lookMs = 250

/**
 * Runs one shell text, in its own session and process groups, with nothing on stdin. When the promise is fulfilled, no
 * process of the job is left, however the job ended. Never rejects.
 */
export async function runProcess(job: JobProcess): Promise<JobExit> {
  if (job.signal.aborted) return { exitCode: null, signal: null, ended: 'cancelled' }
  const pipes: Pipe[] = []
  let cage: Cage | undefined
  let started: Started
  try {
    while (pipes.length < (job.sandbox ? 3 : 2)) pipes.push(await openPipe())
    cage = job.limits && openCage(job.limits)
    started = await start(job, pipes, cage)
  } catch (error) {
    for (const pipe of pipes) closePipe(pipe)
    await cage?.close()
    return { exitCode: null, signal: null, ended: 'failed_to_start', error: startError(job, error) }
  }
  return follow(started, pipes)
}

/** bubblewrap's status goes to descriptor 3. */
async function start(job: JobProcess, pipes: readonly Pipe[], cage: Cage | undefined): Promise<Started> {
  const { file, args, env, warden } = command(job)
  const spawned = await startProcess({ file, args, cwd: job.cwd, env: { ...env, [markVariable]: job.marker }, outputs: pipes.map(pipe => pipe.path), joins: cage?.joins ?? [] })
  return { ...spawned, warden, job, cage }
}

function command(job: JobProcess): { file: string; args: string[]; env: Readonly<Record<string, string>>; warden: Warden } {
  if (job.sandbox) {
    const shell = job.sandbox.proc === 'shared' ? ['/bin/sh', '-c', job.shell] : ['/bin/sh', '-c', lastWords, job.shell]
    const { file, args } = sandboxCommand(job.sandbox, job.cwd, shell)
    return { file, args: ['--json-status-fd', '3', ...args], env: job.env, warden: 'bubblewrap' }
  }
  const held = supervised(job.shell, job.env)
  if (held) return { ...held, warden: 'supervisor' }
  return { file: '/bin/sh', args: ['-c', job.shell], env: job.env, warden: 'none' }
}

/**
 * bubblewrap ends its process namespace the moment its first process exits. This one outlives the job's shell for as long
 * as somebody holds the output (a `tee` at the end of a script), but half a second at most; after SIGTERM, for as long as
 * anybody is left and the farm permits. Handlers, unlike ignored signals, are not inherited.
 */
const lastWords = `t=; trap t=1 TERM; trap : INT HUP QUIT USR1 USR2 ALRM
/bin/sh -c "$0"; c=$?; n=0
others() { set -- /proc/[0-9]*; [ $# -gt 2 ]; }
held() { for f in /proc/[0-9]*/fd/*; do case $f in /proc/1/*|/proc/$$/*) ;; *) [ "$f" -ef /proc/$$/fd/1 ] || [ "$f" -ef /proc/$$/fd/2 ] && return 0 ;; esac; done; return 1; }
while others && { [ "$t" ] || { [ $n -lt 25 ] && held; }; }; do PATH=/usr/bin:/bin sleep .02; n=$((n + 1)); done
exit $c`

async function follow(started: Started, [stdout, stderr, status]: Pipe[]): Promise<JobExit> {
  const { exited, job, cage } = started
  const born = known(() => processInfo(started.pid)?.started, undefined) ?? 0
  const readers = [stdout, stderr].flatMap((pipe, index) => pipe ? [readPipe(pipe, chunk => job.output(index ? 'stderr' : 'stdout', chunk))] : [])
  for (const pipe of [stdout, stderr, status]) if (pipe) closeSync(pipe.writer)
  const streams = Promise.all(readers.map(reader => reader.ended))

  const guard = watch(started, exited)
  const [code, signal] = await exited
  const ended = guard.stop()
  const { inner, text } = readStatus(status?.reader)
  await endRest(started, signal, inner, born, streams, ended === 'exited' || ended === 'limited' ? 0 : guard.graceLeft())
  const excess = ended === 'limited' || (ended === 'exited' && code !== 0) ? cage?.exceeded() : undefined
  await cage?.close()
  const clean = await drained(readers, streams)
  if (!clean) for (const reader of readers) reader.destroy()
  for (const pipe of [stdout, stderr]) if (pipe) releasePipe(pipe, clean)
  if (status) { closeSync(status.reader); releasePipe(status, clean) }
  if (excess !== undefined) return { exitCode: code, signal, ended: 'limited', error: excess }
  if (started.warden === 'bubblewrap' && ended === 'exited' && !/"exit-code"/.test(text) && signal === null) {
    return { exitCode: null, signal: null, ended: 'failed_to_start', error: 'bubblewrap could not set up the sandbox; its message is in the log' }
  }
  return { exitCode: code, signal, ended }
}

/** Whoever got away and holds the output is not waited for longer than five seconds; a slow disk, on which it is written, is. */
async function drained(readers: readonly PipeReader[], streams: Promise<unknown>): Promise<boolean> {
  const ended = streams.then(() => true)
  while (!await Promise.race([ended, sleep(5_000, false, { ref: false })])) if (!readers.some(reader => reader.waits())) return false
  return true
}

/** Waits for the time-out and for the cancel, and then ends the job: SIGTERM, the grace time, SIGKILL. Who breaks its limits gets no grace. */
function watch(started: Started, exited: Promise<unknown>): { stop(): Ended; graceLeft(): number } {
  const { job, cage } = started
  const grace = job.graceMs ?? 10_000
  let ended: Ended = 'exited'
  const state = { over: false }
  let termed = 0
  const end = async (why: Ended) => {
    if (state.over || ended !== 'exited') return
    ended = why
    termed = performance.now()
    const graceMs = why === 'limited' ? 0 : grace
    // In its first millisecond a job may have nobody yet who could take the signal.
    while (!state.over && performance.now() - termed < graceMs && !known(() => terminate(started), false)) await sleep(5)
    await Promise.race([exited, sleep(Math.max(0, graceMs - (performance.now() - termed)), undefined, { ref: false })])
    for (; !state.over; await sleep(20)) kill(started)
  }
  const cancel = () => void end('cancelled')
  // setTimeout takes a larger number for 1.
  const timer = setTimeout(() => void end('timed_out'), Math.min(job.timeoutMs, 2 ** 31 - 1))
  const look = cage && setInterval(() => { if (known(cage.exceeded, undefined)) void end('limited') }, lookMs)
  job.signal.addEventListener('abort', cancel, { once: true })
  if (job.signal.aborted) cancel()
  return {
    graceLeft: () => grace - (performance.now() - termed),
    stop() {
      state.over = true
      clearTimeout(timer)
      clearInterval(look)
      job.signal.removeEventListener('abort', cancel)
      return ended
    },
  }
}

/** SIGTERM to every process group of the job, then SIGCONT, for a stopped process takes no signal. False where there is none yet. */
function terminate({ pid, warden }: Started): boolean {
  const tree = descendants(pid)
  const inner = warden === 'bubblewrap' ? tree.find(one => one.parent === pid)?.pid : undefined
  const own = processInfo(pid)?.group
  const targets = warden === 'none' ? [pid, ...tree.map(one => one.group)] : tree.filter(one => one.pid !== inner && one.group !== own).map(one => one.group)
  if (targets.length === 0) return false
  const groups = new Set(targets)
  for (const signal of ['SIGTERM', 'SIGCONT'] as const) for (const group of groups) signalTo(-group, signal)
  if (warden === 'supervisor') signalTo(pid, 'SIGTERM')
  return true
}

/** The farm's patience is over. The supervisor ends its tree itself: it sees what is orphaned meanwhile. */
function kill({ pid, warden, cage }: Started): void {
  cage?.end(pid)
  if (warden === 'supervisor') {
    signalTo(pid, 'SIGCONT')
    signalTo(pid, 'SIGHUP')
  } else if (warden === 'bubblewrap') signalTo(pid, 'SIGKILL')
  else for (const one of [pid, ...descendants(pid).map(each => each.pid)]) signalTo(one, 'SIGKILL')
}

/** What /proc says; `otherwise` where the farm has no descriptor left to look. */
function known<T>(look: () => T, otherwise: T): T {
  try { return look() } catch { return otherwise }
}

/** After the first process has exited: ends what is left. */
async function endRest({ pid, warden, job }: Started, signal: string | null, inner: number | undefined, born: number, streams: Promise<unknown>, grace: number): Promise<void> {
  if (warden === 'bubblewrap') {
    if (inner !== undefined) await endNamespace(inner, job.marker)
    return
  }
  // A supervisor that ended by itself has left nobody; one that was ended by a signal, perhaps by the job, may have.
  if (warden === 'supervisor' && signal === null) return
  const mine = (one: ProcessInfo) => one.session === pid || markOf(one.pid) === job.marker || isLeftover(one, job.cwd, born)
  const find = () => {
    const all = allProcesses()
    return new Set(all.filter(mine).flatMap(one => [one, ...descendants(one.pid, all)]).map(one => one.pid))
  }
  await Promise.race([streams, sleep(500, undefined, { ref: false })])
  for (const deadline = performance.now() + grace; performance.now() < deadline && known(() => find().size > 0, true);) await sleep(20)
  await endAll(find)
}

/**
 * The namespace's first process is being ended by --die-with-parent; when it is gone, so are all others. Until then it waits for them, and has no
 * memory any more, and with that no mark.
 */
async function endNamespace(inner: number, marker: string): Promise<void> {
  const alive = () => processInfo(inner) !== undefined && markOf(inner) === marker
  for (let n = 0; known(alive, true) && n < 5; n++) await sleep(1)
  await endAll(() => alive() ? [inner] : [])
  for (const deadline = performance.now() + 10_000; known(() => isLeaving(inner), true) && performance.now() < deadline;) await sleep(1)
}

/** A process that hides its descent but sits in the workspace. Not the farm's own, and not a person's shell: that has a terminal. */
function isLeftover(one: ProcessInfo, cwd: string, born: number): boolean {
  if (born === 0 || one.started < born || one.tty !== 0 || one.session === processInfo(process.pid)?.session) return false
  const directory = directoryOf(one.pid)
  return directory === cwd || directory?.startsWith(`${cwd}/`) === true
}

/** What bubblewrap said: the pid of the namespace's first process as the farm sees it, and the exit status if it came to that. */
function readStatus(fd: number | undefined): { inner: number | undefined; text: string } {
  if (fd === undefined) return { inner: undefined, text: '' }
  const memory = Buffer.alloc(4096)
  let length = 0
  try { length = readSync(fd, memory) } catch { /* nothing was said */ }
  const text = memory.toString('latin1', 0, length)
  const inner = /"child-pid": (?<pid>\d{1,10})/.exec(text)?.groups?.pid
  return { inner: inner === undefined ? undefined : Number(inner), text }
}

function startError(job: JobProcess, error: unknown): string {
  try {
    if (!statSync(job.cwd).isDirectory()) return `${job.cwd} is not a directory`
  } catch { return `there is no directory ${job.cwd}` }
  return messageOf(error)
}
