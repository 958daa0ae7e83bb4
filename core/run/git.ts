import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { fileURLToPath } from 'node:url'
import type { SimpleGit } from 'simple-git'
import { networkVariables } from '../config.ts'
import { FarmError } from '../errors.ts'
import { closePipe, openPipe, readPipe, releasePipe } from './process-pipes.ts'
import { findProgram } from './program.ts'
import { startProcess, type Spawned } from './spawner.ts'

/** How one call of git differs from the others. */
export interface GitOptions {
  /** Without it git looks for a repository from `cwd` upwards. */
  gitDir?: string
  workTree?: string
  index?: string
  cwd?: string
  input?: string | Buffer
  /** More `-c` settings, e.g. `checkout.workers=0`. */
  config?: readonly string[]
  /** Whether repositories of this machine may be fetched from. */
  allowFile?: boolean
  env?: Readonly<Record<string, string>>
  signal?: AbortSignal | undefined
  /** Default 2 minutes. */
  timeoutMs?: number
  /** Of standard output; default 64 MiB. More is an error. */
  maxBytes?: number
}

/** git ended with another status than 0, or was ended. `stderr` is as git wrote it: redact before showing it. */
export class GitError extends Error {
  override readonly name = 'GitError'
  readonly exitCode: number | null
  readonly stderr: string

  constructor(message: string, exitCode: number | null, stderr: string) {
    super(message)
    this.exitCode = exitCode
    this.stderr = stderr
  }
}

const maxStderr = 64 * 1024

/**
 * Settings that a repository's own configuration must not decide: programs that git would start, places that it would
 * read, work that it would do unasked. Given with every call, since the command line wins over every file.
 */
const settings = [
  'core.hooksPath=/dev/null', 'core.fsmonitor=false', 'core.untrackedCache=false', 'core.splitIndex=false', 'core.sparseCheckout=false',
  'core.attributesFile=/dev/null', 'core.alternateRefsCommand=', 'core.pager=cat', 'core.logAllRefUpdates=false', 'core.protectNTFS=false',
  'core.autocrlf=false', 'core.trustctime=true', 'core.checkStat=default', 'index.version=2', 'index.sparse=false',
  'protocol.ext.allow=never', 'transfer.unpackLimit=1', 'fetch.unpackLimit=1', 'fetch.recurseSubmodules=false', 'fetch.writeCommitGraph=false',
  'submodule.recurse=false', 'gc.auto=0', 'maintenance.auto=false', 'safe.directory=*', 'advice.detachedHead=false',
  'http.lowSpeedLimit=1', 'http.lowSpeedTime=60',
]
const configuration = fileURLToPath(new URL('git.gitconfig', import.meta.url))

/** Variables of the machine without which a network or an ssh key would not be there. */
const passed = [...networkVariables, 'all_proxy', 'ALL_PROXY', 'GIT_SSL_CAPATH', 'SSH_AUTH_SOCK', 'TMPDIR']

function environment(): Record<string, string> {
  const env: Record<string, string> = {
    PATH: process.env.PATH ?? '/usr/local/bin:/usr/bin:/bin',
    HOME: '/nonexistent', LC_ALL: 'C', TZ: 'UTC',
    GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: configuration, GIT_ATTR_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0', GIT_ASKPASS: 'true', SSH_ASKPASS: 'true', GIT_OPTIONAL_LOCKS: '0', GIT_NO_LAZY_FETCH: '1', GIT_NO_REPLACE_OBJECTS: '1',
    GIT_SSH_COMMAND: sshCommand(), GIT_PAGER: 'cat', GIT_EDITOR: 'true',
  }
  for (const name of passed) if (process.env[name] !== undefined) env[name] = process.env[name]
  return env
}

/** ssh finds its keys by the account's home, whatever HOME says; a host that it has never seen is taken down, one that changed is refused. */
function sshCommand(): string {
  return 'ssh -o BatchMode=yes -o StrictHostKeyChecking=accept-new -o ConnectTimeout=20 -o ServerAliveInterval=15 -o ServerAliveCountMax=4'
}

/**
 * The farm's one way to call git: clean environment, own settings, bounded in time and output, and nothing of it left
 * when it is over: git and whatever it started are one process group. Returns standard output.
 */
export async function git(args: readonly string[], options: GitOptions = {}): Promise<Buffer> {
  const { signal, timeoutMs = 120_000, maxBytes = 64 * 2 ** 20 } = options
  signal?.throwIfAborted()
  let ended: string | undefined
  const stdout = collector(maxBytes, () => end(`printed more than ${maxBytes} bytes`))
  const stderr = collector(maxStderr, () => {})
  const { pid, exited } = await (options.input === undefined ? startBelow : startWithInput)(args, options, stdout.take, stderr.take)
  const end = (why: string) => {
    if (ended !== undefined) return
    ended = why
    killGroup(pid, 'SIGTERM')
    setTimeout(() => killGroup(pid, 'SIGKILL'), 2000).unref()
  }
  const timer = setTimeout(end, timeoutMs, `took longer than ${timeoutMs / 1000} s`)
  const abort = () => end('was cancelled')
  signal?.addEventListener('abort', abort, { once: true })
  if (signal?.aborted) abort()
  try {
    const [code, killedBy] = await exited
    signal?.throwIfAborted()
    if (code === 0 && ended === undefined) return stdout.all()
    throw new GitError(`git ${args[0]} ${ended ?? (killedBy ? `was ended by ${killedBy}` : `ended with status ${code}`)}`, code, stderr.all().toString('utf8'))
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', abort)
  }
}

type Take = (chunk: Buffer) => void

/** `exited` is fulfilled when the output has been read too. */
async function startBelow(args: readonly string[], options: GitOptions, stdout: Take, stderr: Take): Promise<Spawned> {
  const pipes = [await openPipe(), await openPipe()] as const
  try {
    const { pid, exited } = await startProcess({ ...commandOf(args, options), outputs: pipes.map(pipe => pipe.path) })
    const ends = pipes.map((pipe, at) => readPipe(pipe, at ? stderr : stdout).ended)
    for (const pipe of pipes) closeSync(pipe.writer)
    return {
      pid,
      exited: Promise.all([exited, ...ends]).then(([exit]) => {
        for (const pipe of pipes) releasePipe(pipe, true)
        return exit
      }),
    }
  } catch (error) {
    for (const pipe of pipes) closePipe(pipe)
    throw error
  }
}

/** For calls that are told something on standard input: few, and none in a job's way. */
async function startWithInput(args: readonly string[], options: GitOptions, stdout: Take, stderr: Take): Promise<Spawned> {
  const { file, args: all, cwd, env } = commandOf(args, options)
  const child = spawn(file, all, { cwd, env, detached: true, stdio: 'pipe' })
  child.stdout.on('data', stdout)
  child.stderr.on('data', stderr)
  child.stdin.on('error', () => { /* git closed its end: its status tells */ })
  child.stdin.end(options.input)
  if (child.pid === undefined) throw (await once(child, 'error'))[0]
  return { pid: child.pid, exited: new Promise(resolve => child.once('close', (code, signal) => resolve([code, signal]))) }
}

function commandOf(args: readonly string[], options: GitOptions): { file: string; args: string[]; cwd: string; env: Record<string, string> } {
  const file = findProgram('git')
  if (file === undefined) throw new FarmError('unavailable', 'git is not installed', { hint: 'Install git 2.30 or later.' })
  return { file, args: [...flags(options), ...args], cwd: options.cwd ?? options.gitDir ?? tmpdir(), env: { ...environment(), ...repository(options), ...options.env } }
}

function flags(options: GitOptions): string[] {
  return [...settings, `protocol.file.allow=${options.allowFile ? 'always' : 'never'}`, ...options.config ?? []].flatMap(one => ['-c', one])
}

function repository(options: GitOptions): Record<string, string> {
  return {
    ...options.gitDir === undefined ? {} : { GIT_DIR: options.gitDir },
    ...options.workTree === undefined ? {} : { GIT_WORK_TREE: options.workTree },
    ...options.index === undefined ? {} : { GIT_INDEX_FILE: options.index },
  }
}

/** Keeps what comes up to a limit, and forgets what comes after. */
function collector(limit: number, over: () => void): { take: Take; all(): Buffer } {
  const chunks: Buffer[] = []
  let size = 0
  return {
    take(chunk) {
      if (size < limit) chunks.push(Buffer.from(chunk.subarray(0, limit - size)))
      size += chunk.length
      if (size > limit) over()
    },
    all: () => Buffer.concat(chunks),
  }
}

function killGroup(pid: number, signal: 'SIGTERM' | 'SIGKILL'): void {
  try { process.kill(-pid, signal) } catch { /* gone */ }
}

/**
 * simple-git in the same environment, for the upkeep of mirrors: local, rare, never cancelled. (Its calls cannot be ended
 * as a group, so that an aborted fetch leaves its transport running: docs/decisions/0002-slots.md.)
 */
export async function upkeep(directory: string): Promise<SimpleGit> {
  const { simpleGit } = await import('simple-git')
  const env = { ...environment(), GIT_DIR: directory }
  return simpleGit({
    baseDir: directory, config: [...settings, 'pack.window=10'], timeout: { block: 30 * 60_000 },
    completion: { onClose: true, onExit: false },
    allowEnvironment: Object.keys(env).filter(name => /^(?:GIT|SSH)_/.test(name)),
    unsafe: {
      allowUnsafeHooksPath: true, allowUnsafeFsMonitor: true, allowUnsafePager: true, allowUnsafeProtocolOverride: true,
      allowUnsafeAskPass: true, allowUnsafeConfigPaths: true, allowUnsafeSshCommand: true, allowUnsafeEditor: true,
    },
  }).env(env)
}

/** The line of git's complaint that says most, at most 500 characters. */
export function complaint(error: unknown): string {
  if (!(error instanceof GitError)) return error instanceof Error ? error.message : String(error)
  const lines = error.stderr.split('\n').map(line => line.trim()).filter(Boolean)
  const line = lines.find(one => /^(?:fatal|error|ssh|ERROR|remote)\b/.test(one)) ?? lines.at(-1) ?? error.message
  return line.replace(/^(?:fatal|error): /, '').slice(0, 500)
}
