import { spawn, spawnSync } from 'node:child_process'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { clock, median, rounds, time } from './measure.ts'

function shell(script: string, cwd: string): void {
  const ran = spawnSync('/bin/bash', ['-ec', script], { cwd, stdio: ['ignore', 'ignore', 'inherit'] })
  if (ran.status !== 0) throw new Error(`floor failed: ${script}`)
}

/** F1: ms for one `worktree add --detach`, `sh -c true`, `worktree remove`. */
export function worktreeLoop(repository: string): Promise<number> {
  const count = 30
  return rounds(3, async () => await time(() => shell(`for i in $(seq ${count}); do git worktree add -q --detach ../floor1 HEAD; sh -c true; git worktree remove ../floor1; done`, repository)) / count)
}

/** F2: jobs a second by four workers, `add --no-checkout` under a lock, `reset --hard` outside. */
export function worktreeWorkers(repository: string): Promise<number> {
  const each = 25
  const script = `worker() { for i in $(seq ${each}); do
      flock ../floor2.lock git worktree add -q --no-checkout --detach ../floor2-$1 HEAD; (cd ../floor2-$1 && git reset -q --hard && sh -c true)
      flock ../floor2.lock git worktree remove --force ../floor2-$1; done; }
    for w in 1 2 3 4; do worker $w & done; wait`
  return rounds(3, async () => 4 * each * 1000 / await time(() => shell(script, repository)))
}

/** F3: ms for copying a child's stdout to a file descriptor, as a server that does nothing else would. */
export function copyToDescriptor(command: string, scratch: string): Promise<number> {
  return rounds(5, async () => {
    const start = clock()
    const file = await open(join(scratch, 'floor3.log'), 'w')
    const child = spawn('/bin/sh', ['-c', command], { stdio: ['ignore', 'pipe', 'inherit'] })
    for await (const chunk of child.stdout) await file.write(chunk as Buffer)
    await file.close()
    return clock() - start
  })
}

/** F4: ms for `git worktree add` of a tree. */
export function worktreeAdd(repository: string): Promise<number> {
  return rounds(3, async round => {
    const spent = await time(() => shell(`git worktree add -q --detach ../floor4-${round} HEAD`, repository))
    shell(`git worktree remove --force ../floor4-${round}`, repository)
    return spent
  })
}

/** F5: MiB of an empty Node process. */
export function emptyNode(): number {
  const script = "console.log(require('fs').readFileSync('/proc/self/status', 'utf8').match(/VmRSS:\\s+(\\d+)/)[1])"
  return median([1, 2, 3].map(() => Number(spawnSync(process.execPath, ['-e', script], { encoding: 'utf8' }).stdout) / 1024))
}

/** F6: ms of processor time for one pattern, the place that most tools print, on each of these lines. */
export function onePattern(lines: readonly string[]): number {
  const place = /^(?<file>[^\s:]+):(?<line>\d+):(?<column>\d+): (?<message>.*)$/
  const spent = [1, 2, 3].map(() => {
    const before = process.cpuUsage()
    const found = lines.filter(line => place.exec(line)?.groups?.file !== undefined).length
    if (found === 0) throw new Error('floor failed: no line names a place')
    return process.cpuUsage(before).user / 1000
  })
  return median(spent)
}
