import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { accessSync, closeSync, constants, openSync, statSync } from 'node:fs'
import { constants as os } from 'node:os'
import { prctl } from './prctl.ts'
import { findProgram } from './program.ts'

/** What to run. All paths are absolute; the environment is complete. */
export interface Start {
  file: string
  args: readonly string[]
  cwd: string
  env: Readonly<Record<string, string>>
  /** Paths of named pipes or files that become descriptors 1, 2, 3, …; a reader has them open. */
  outputs: readonly string[]
  /** Files into which the process writes 0 before it begins: `cgroup.procs` or `tasks` of the control groups that it shall be in. */
  joins?: readonly string[]
}

/** A process in a session of its own. `exited` is never rejected. */
export interface Spawned { pid: number; exited: Promise<[code: number | null, signal: NodeJS.Signals | null]> }

/**
 * Forks for the farm. Node forks by copying the page tables of all its memory: measured here 2 ms with 40 MB, 11 ms with 140 MB, and the
 * event loop waits for it. This process has 6 MB, forks in a fifth of a millisecond, and nobody waits.
 *
 * It reads frames from stdin (a length, a newline, fields that end in NUL: id, directory, number of outputs, outputs, number of groups,
 * groups, number of arguments, program and arguments, NAME=value …) and answers in lines: `s id pid` started, `f id errno` not started, `x id status`
 * ended (as of waitpid). When the farm is gone, so is its end of stdin, and this process with it; what hangs on it follows, from its first moment
 * on (PR_SET_PDEATHSIG = 1, which outlives exec; bubblewrap and the supervisor set their own, but only some milliseconds later). A process that could not be started tells through
 * a pipe that closes by itself when exec succeeds. Where memory runs out, the kernel shall end jobs, not the farm: proc_pid_oom_score_adj(5).
 */
export const spawnerScript = String.raw`
use strict; use Errno qw(EINTR); use Fcntl; use IO::Handle; use POSIX qw(:sys_wait_h setsid _exit dup2);
POSIX::close($_) for 3 .. 255;
$| = 1; $0 = 'crafting-table spawner'; $^F = 2;
my ($prctl, $own) = ($ARGV[0], $$);
my (%ids, $buffer); $buffer = '';
pipe(my $woken, my $wake) or die; $wake->blocking(0); $woken->blocking(0);
$SIG{CHLD} = sub { syswrite $wake, '.' }; $SIG{$_} = 'IGNORE' for qw(INT TERM HUP PIPE);
my ($in, $signal) = (fileno STDIN, fileno $woken);
while (1) {
  my $ready = ''; vec($ready, $in, 1) = 1; vec($ready, $signal, 1) = 1;
  # Perl tells of a signal between two steps: one that comes just before select sleeps wakes nobody, hence the time.
  select($ready, undef, undef, %ids ? .1 : undef) > 0 or $ready = '';
  sysread $woken, my $bytes, 4096;
  while ((my $pid = waitpid -1, WNOHANG) > 0) { my $id = delete $ids{$pid}; print "x $id $?\n" if defined $id }
  next unless vec($ready, $in, 1);
  my $got = sysread STDIN, $buffer, 65536, length $buffer;
  next if !defined $got && $! == EINTR;
  exit 0 unless $got;
  while ($buffer =~ /\A(\d+)\n/ && length $buffer >= length($1) + 1 + $1) {
    my $frame = substr $buffer, length($1) + 1, $1;
    substr $buffer, 0, length($1) + 1 + $1, '';
    start(split /\0/, $frame, -1);
  }
}
sub start {
  my ($id, $directory, $count, @rest) = @_;
  pop @rest;
  my @outputs = splice @rest, 0, $count;
  my @joins = splice @rest, 0, shift @rest;
  my @command = splice @rest, 0, shift @rest;
  pipe(my $told, my $tell) or return print "f $id ", $! + 0, "\n";
  my $pid = fork;
  return print "f $id ", $! + 0, "\n" unless defined $pid;
  if (!$pid) {
    my $fail = sub { syswrite $tell, $! + 0; _exit(127) };
    $SIG{$_} = 'DEFAULT' for qw(CHLD INT TERM HUP PIPE);
    syscall $prctl, 1, 9, 0, 0, 0 if $prctl;
    getppid == $own or _exit(127);
    for (['/proc/self/oom_score_adj', 500], map { [$_, 0, 1] } @joins) {
      my ($path, $value, $must, $file) = @$_;
      # A frame that was put together wrongly must not write into whatever it names.
      my $open = (!$must || $path =~ m{/(?:cgroup\.procs|tasks)\z}) && sysopen $file, $path, O_WRONLY;
      my $done = $open && defined syswrite $file, $value;
      $done || !$must or $fail->(); close $file if $open;
    }
    setsid(); chdir $directory or $fail->();
    close STDIN; sysopen(STDIN, '/dev/null', O_RDONLY) or $fail->();
    # Out of the way of 1, 2, 3 …, which are somebody else's until now.
    my $high = 64; dup2(fileno $tell, $high) or $fail->(); open($tell, '>&=', $high); fcntl $tell, F_SETFD, FD_CLOEXEC;
    # A pipe whose reader has gone meanwhile must not be waited for: then there is nobody to run for.
    for (@outputs) {
      sysopen(my $file, $_, O_WRONLY | O_NONBLOCK) or $fail->();
      fcntl($file, F_SETFL, fcntl($file, F_GETFL, 0) & ~O_NONBLOCK) or $fail->();
      dup2(fileno $file, ++$high) or $fail->(); close $file;
    }
    for (1 .. @outputs) { dup2(64 + $_, $_); POSIX::close(64 + $_) }
    POSIX::close($_) for @outputs + 1 .. 63;
    %ENV = map { /\A([^=]*)=(.*)\z/s ? ($1, $2) : () } @rest;
    { no warnings; exec { $command[0] } @command }
    $fail->();
  }
  $ids{$pid} = $id; close $tell;
  my $error = ''; 1 while !defined sysread($told, $error, 16) && $! == EINTR;
  print $error eq '' ? "s $id $pid\n" : "f $id $error\n";
  delete $ids{$pid} if $error ne '';
}
`

interface Waiting { started(pid: number): void; failed(errno: number): void; ended?(status: number): void; early?: number }

interface Spawner { child: ChildProcess; waiting: Map<string, Waiting> }

let spawner: Spawner | null | undefined
let count = 0

/** Starts a program. Throws what the kernel says, with its code, where that cannot be. Without Perl, Node forks itself. */
export async function startProcess(start: Start): Promise<Spawned> {
  checkPlaces(start)
  spawner ??= openSpawner()
  return spawner ? await startBelow(spawner, start) : await startHere(start)
}

function checkPlaces({ file, cwd, args, env }: Start): void {
  const fields = [...args, ...Object.keys(env), ...Object.values(env)]
  accessSync(file, constants.X_OK)
  if (fields.some(field => field.includes('\0'))) throw new Error('a text for a command or its environment holds a NUL')
  if (!statSync(cwd).isDirectory()) throw Object.assign(new Error(`${cwd} is not a directory`), { code: 'ENOTDIR' })
}

function openSpawner(): Spawner | null {
  const perl = findProgram('perl')
  if (perl === undefined) return null
  const child = spawn(perl, ['-e', spawnerScript, String(prctl ?? '')], { stdio: ['pipe', 'pipe', 'ignore'], env: { PATH: '/usr/bin:/bin', LC_ALL: 'C' }, cwd: '/', detached: true })
  const made: Spawner = { child, waiting: new Map() }
  let rest = ''
  child.stdout?.setEncoding('latin1').on('data', (text: string) => {
    const lines = (rest + text).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) heed(made.waiting, line)
  })
  const gone = () => {
    if (spawner === made) spawner = undefined
    for (const one of made.waiting.values()) { one.failed(os.errno.EIO); one.ended?.(9) }
    made.waiting.clear()
  }
  child.once('exit', gone).once('error', gone)
  child.stdin?.on('error', () => { /* its exit tells */ })
  // It must not keep the farm alive; as long as a job runs, that job does.
  child.unref()
  for (const stream of [child.stdin, child.stdout]) (stream as unknown as { unref(): void }).unref()
  return made
}

function heed(waiting: Spawner['waiting'], line: string): void {
  const [what, id = '', value = ''] = line.split(' ')
  const one = waiting.get(id)
  if (!one) return
  if (what === 's') one.started(Number(value))
  else if (what === 'f') { waiting.delete(id); one.failed(Number(value)) }
  else { waiting.delete(id); one.ended?.(Number(value)) }
}

async function startBelow({ child, waiting }: Spawner, { file, args, cwd, env, outputs, joins = [] }: Start): Promise<Spawned> {
  const id = String(++count)
  const alive = setInterval(() => {}, 2 ** 30)
  let ended: (status: number) => void = () => {}
  const status = new Promise<number>(resolve => { ended = resolve }).finally(() => clearInterval(alive))
  const fields = [id, cwd, String(outputs.length), ...outputs, String(joins.length), ...joins, String(args.length + 1), file, ...args, ...Object.entries(env).map(([name, value]) => `${name}=${value}`)]
  const frame = Buffer.from(fields.map(field => `${field}\0`).join(''))
  try {
    const pid = await new Promise<number>((started, reject) => {
      waiting.set(id, { started, ended, failed: errno => reject(errnoError(errno, file)) })
      child.stdin?.write(Buffer.concat([Buffer.from(`${frame.length}\n`), frame]))
    })
    return { pid, exited: status.then(exitOf) }
  } catch (error) {
    clearInterval(alive)
    throw error
  }
}

/** A status of waitpid(2). */
function exitOf(status: number): [number | null, NodeJS.Signals | null] {
  const signal = status & 127
  if (signal === 0) return [status >> 8, null]
  return [null, (Object.entries(os.signals).find(([, number]) => number === signal)?.[0] ?? 'SIGKILL') as NodeJS.Signals]
}

function errnoError(errno: number, file: string): Error {
  const code = Object.entries(os.errno).find(([, number]) => number === errno)?.[0] ?? 'EIO'
  return Object.assign(new Error(`${file} could not be started: ${code}`), { code })
}

/** Goes into groups first; how many is $0. */
const joining = 'n=$0; while [ "$n" -gt 0 ]; do echo 0 >"$1" || exit 126; shift; n=$((n - 1)); done; exec "$@"'

async function startHere({ joins = [], cwd, env, outputs, ...start }: Start): Promise<Spawned> {
  const { file, args } = joins.length ? { file: '/bin/sh', args: ['-c', joining, String(joins.length), ...joins, start.file, ...start.args] } : start
  const descriptors = outputs.map(path => openSync(path, constants.O_WRONLY))
  try {
    const child = spawn(file, args, { cwd, env, detached: true, stdio: ['ignore', ...descriptors] })
    if (child.pid === undefined) throw (await once(child, 'error'))[0]
    return { pid: child.pid, exited: new Promise(resolve => child.once('exit', (code, signal) => resolve([code, signal]))) }
  } finally { for (const descriptor of descriptors) closeSync(descriptor) }
}
