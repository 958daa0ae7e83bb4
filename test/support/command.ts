import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { farmEnvironment, launcher } from './server.ts'

export interface Ran { status: number | null; stdout: string; stderr: string }

/** Starts the command line as its users do; `directory` holds the farm's directories. */
export function start(directory: string, args: readonly string[], more: Record<string, string> = {}) {
  const child = spawn(process.execPath, [launcher, ...args], { env: farmEnvironment(directory, more), stdio: ['ignore', 'pipe', 'pipe'] })
  const ended = Promise.all([once(child, 'exit'), text(child.stdout), text(child.stderr)])
  return { child, ended: ended.then(([[status], stdout, stderr]): Ran => ({ status: status as number | null, stdout, stderr })) }
}

export function command(directory: string, args: readonly string[], more: Record<string, string> = {}): Promise<Ran> {
  return start(directory, args, more).ended
}
