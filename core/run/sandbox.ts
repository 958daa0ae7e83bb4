import { execFile } from 'node:child_process'
import { existsSync, readdirSync, realpathSync } from 'node:fs'
import { delimiter, join, relative, sep } from 'node:path'
import { promisify } from 'node:util'
import { FarmError, messageOf } from '../errors.ts'
import { findProgram } from './program.ts'

export type SandboxSetting = 'auto' | 'off' | 'require'

/** `shared`: the machine allows no fresh /proc (a container that masks parts of its own), so jobs see the farm's, behind a user namespace. */
export type ProcView = 'fresh' | 'shared'

export interface Sandbox {
  mode: 'bubblewrap' | 'none'
  /** For people: the version, or why there is none. */
  reason: string
  /** To be handed to every SandboxView. */
  proc?: ProcView
}

/** What a job sees. Absolute paths; of two that contain each other the inner one decides. Those that do not exist are passed over. */
export interface SandboxView {
  /** Same path inside. */
  writable: readonly string[]
  /** Seen although what is above them is hidden. */
  readable: readonly string[]
  /** Directories that appear empty. */
  hidden: readonly string[]
  /** Inside a writable place, yet read-only. */
  readonly: readonly string[]
  /** A directory of this job alone; it is also /tmp and /var/tmp. */
  tmp: string
  network: boolean
  proc?: ProcView | undefined
}

/**
 * The command that runs argv with `view`. The machine is read-only; own process, IPC and host name spaces; a minimal /dev;
 * no capabilities and no new privileges; the namespace dies with the farm.
 */
export function sandboxCommand(view: SandboxView, cwd: string, argv: readonly string[]): { file: string; args: string[] } {
  const args = [
    '--ro-bind', '/', '/', '--dev', '/dev', ...procArguments(view.proc), ...runArguments(), ...mounts(view),
    ...(view.proc === 'shared' ? ['--unshare-user'] : []),
    '--unshare-pid', '--unshare-ipc', '--unshare-uts', ...(view.network ? [] : ['--unshare-net']),
    '--die-with-parent', '--new-session', '--cap-drop', 'ALL', '--chdir', real(cwd), '--', ...argv,
  ]
  return { file: bubblewrap() ?? 'bwrap', args }
}

/**
 * Root without capabilities may still write what root owns, and that includes the kernel's settings (core_pattern names a
 * program that the kernel runs): they are bound read-only. The farm's own /proc is safe to show from within a user
 * namespace only: across its border the kernel denies environ, root, cwd and fd of others.
 */
function procArguments(proc: ProcView | undefined): string[] {
  const mount = proc === 'shared' ? ['--ro-bind', '/proc', '/proc'] : ['--proc', '/proc']
  const covered = ['/proc/sys', '/proc/sysrq-trigger', '/proc/irq', '/proc/bus', '/proc/mtrr', '/proc/pressure']
  return [...mount, ...(proc === 'shared' ? [] : covered.flatMap(path => ['--ro-bind-try', path, path]))]
}

/** /run holds the sockets of the machine's services (a container engine's is as good as root): of it, only name resolution and NixOS's programs. */
function runArguments(): string[] {
  if (!existsSync('/run')) return []
  const needed = ['/etc/resolv.conf', '/run/current-system', '/run/wrappers', '/run/opengl-driver'].map(realOrNone)
  const kept = [...new Set(needed)].filter(path => path?.startsWith('/run/')).flatMap(path => path ? ['--ro-bind', path, path] : [])
  return ['--tmpfs', '/run', ...kept, '--remount-ro', '/run']
}

type Mount = { path: string; rank: number; args: readonly string[] }

/** Outer paths first, so that inner ones lie on top; of the same path, the more permissive last. */
function mounts(view: SandboxView): string[] {
  const tmp = real(view.tmp)
  const shared = ['/tmp', '/var/tmp'].filter(existsSync).map(real)
  const writable = [...new Set([...existing(view.writable), tmp])]
  // Users without a home of their own have / for one. What is the job's own is no other's.
  const hidden = existing(view.hidden).filter(path => path !== '/' && !shared.includes(path))
  const list: Mount[] = [
    ...shared.map(path => ({ path, rank: 1, args: ['--bind', tmp, path] })),
    ...hidden.map(path => ({ path, rank: 0, args: ['--tmpfs', path] })),
    ...existing(view.readable).map(path => ({ path, rank: 2, args: ['--ro-bind', path, path] })),
    ...writable.map(path => ({ path, rank: 3, args: ['--bind', path, path] })),
    ...existing(view.readonly).map(path => ({ path, rank: 4, args: ['--ro-bind', path, path] })),
  ]
  const depth = (path: string) => path.split(sep).length
  list.sort((a, b) => depth(a.path) - depth(b.path) || a.rank - b.rank)
  // Empty places stay empty: what is written there would be memory, and lost.
  const sealed = hidden.flatMap(path => writable.includes(path) ? [] : ['--remount-ro', path])
  return [...list.flatMap(one => one.args), ...sealed]
}

const realOrNone = (path: string): string | undefined => {
  try { return realpathSync.native(path) } catch { return undefined }
}
const real = (path: string): string => realOrNone(path) ?? path
const existing = (paths: readonly string[]): string[] => [...new Set(paths.map(realOrNone).filter(path => path !== undefined))]

let program: string | undefined | null = null

function bubblewrap(): string | undefined {
  if (program === null) program = findProgram('bwrap')
  return program
}

/** Tries it: user namespaces may be forbidden (a container's seccomp profile), and so may a fresh /proc. */
export async function detectSandbox(setting: SandboxSetting): Promise<Sandbox> {
  if (setting === 'off') return { mode: 'none', reason: 'switched off by CRAFTING_SANDBOX=off' }
  const found = await tryOut()
  if (found.mode === 'none' && setting === 'require') {
    throw new FarmError('unavailable', `CRAFTING_SANDBOX=require, but there is no sandbox: ${found.reason}`, {
      hint: 'Install bubblewrap (apt install bubblewrap); in a container, allow user namespaces (--security-opt seccomp=unconfined --security-opt apparmor=unconfined), or set CRAFTING_SANDBOX=auto',
    })
  }
  return found
}

async function tryOut(): Promise<Sandbox> {
  const file = bubblewrap()
  if (process.platform !== 'linux' || file === undefined) return { mode: 'none', reason: 'bubblewrap is not installed (apt install bubblewrap)' }
  const run = promisify(execFile)
  let reason = ''
  for (const proc of ['fresh', 'shared'] as const) {
    const view: SandboxView = { writable: [], readable: [], hidden: [], readonly: [], tmp: '/tmp', network: false, proc }
    const { args } = sandboxCommand(view, '/', ['/bin/sh', '-c', 'test -e /proc/self/stat'])
    try {
      await run(file, args, { timeout: 10_000, env: {} })
      const { stdout } = await run(file, ['--version'])
      return { mode: 'bubblewrap', reason: stdout.trim() + (proc === 'shared' ? ', without a /proc of its own' : ''), proc }
    } catch (error) {
      reason ||= messageOf(error).split('\n').find(line => line.startsWith('bwrap:')) ?? 'bubblewrap does not run here'
    }
  }
  return { mode: 'none', reason }
}

/** Below ~/.local only these hold programs; the rest is people's data. */
const localParts = ['bin', 'lib', 'share/uv', 'share/pipx', 'share/pnpm', 'share/mise', 'share/virtualenv']

/** Never shown, although they lie among programs. */
const credentials = new Set(['credentials', 'credentials.toml', '.npmrc', 'auth.json', 'credentials.json'])

/**
 * What a job needs of a hidden home: the installation directories of the programs that PATH finds there, to be bound
 * read-only. A directory that holds credentials is given by its other entries.
 */
export function homeToolchains(home: string, path: string): string[] {
  const entries = path.split(delimiter).map(entry => relative(home, entry)).filter(inner => inner && !inner.startsWith('..') && !inner.startsWith(sep))
  const found = new Set<string>()
  for (const entry of entries) {
    const [top = '', second = ''] = entry.split(sep)
    // A dot directory, or one with programs such as ~/go/bin and ~/bin: only as deep as needed.
    if (top === '.cache' || top === '.config' || top === '.ssh') found.add(entry)
    else if (top === '.local') for (const part of localParts) found.add(join(top, part))
    else found.add(top.startsWith('.') ? top : second ? entry : top)
    if (top === '.cargo') found.add('.rustup')
  }
  return [...found].flatMap(inner => withoutCredentials(join(home, inner))).filter(existsSync)
}

function withoutCredentials(directory: string): string[] {
  let names: string[]
  try { names = readdirSync(directory) } catch { return [] }
  if (!names.some(name => credentials.has(name))) return [directory]
  return names.filter(name => !credentials.has(name)).map(name => join(directory, name))
}
