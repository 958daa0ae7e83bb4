import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

export const launcher = fileURLToPath(new URL('../../bin/crafting-table.js', import.meta.url))

/** A farm in a process of its own, as its users run it. */
export interface Server {
  url: string
  admin: string
  process: ChildProcess
  dataDir: string
  /** Every line it has written to stderr. */
  log: readonly string[]
  request(method: string, path: string, body?: unknown, bearer?: string): Promise<{ status: number; body: any }>
  stop(signal?: NodeJS.Signals): Promise<number | null>
}

/** The directories of a farm below `root`. */
export function farmEnvironment(root: string, more: Record<string, string> = {}): NodeJS.ProcessEnv {
  return { ...process.env, CRAFTING_DATA_DIR: join(root, 'data'), CRAFTING_CACHE_DIR: join(root, 'caches'), CRAFTING_WORKSPACE_DIR: join(root, 'workspace'), CRAFTING_GIT_ALLOW_FILE: '1', ...more }
}

/** Starts `serve` on a free port and waits until it says where. `flags` are Node's. */
export async function startServer(root: string, more: Record<string, string> = {}, flags: readonly string[] = []): Promise<Server> {
  const child = spawn(process.execPath, [...flags, launcher, 'serve', '--port', '0', '--host', '127.0.0.1'], { env: farmEnvironment(root, more), stdio: ['ignore', 'pipe', 'pipe'] })
  const log: string[] = []
  createInterface({ input: child.stderr }).on('line', line => { log.push(line) })
  const url = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', line => {
      const found = /listening on (http:\/\/\S+)/.exec(line)?.[1]
      if (found) resolve(found)
    })
    child.once('exit', code => reject(new Error(`serve ended with ${code}:\n${log.join('\n')}`)))
  })
  const dataDir = join(root, 'data')
  const admin = readFileSync(join(dataDir, 'admin-bearer.txt'), 'utf8').trim()
  return {
    url, admin, process: child, dataDir, log,
    async request(method, path, body, bearer = admin) {
      const answer = await fetch(url + path, { method, headers: { authorization: `Bearer ${bearer}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) }, ...(body === undefined ? {} : { body: JSON.stringify(body) }) })
      const text = await answer.text()
      return { status: answer.status, body: text && answer.headers.get('content-type')?.includes('json') ? JSON.parse(text) : text }
    },
    async stop(signal = 'SIGTERM') {
      if (child.exitCode !== null || child.signalCode !== null) return child.exitCode
      const ended = once(child, 'exit')
      child.kill(signal)
      await ended
      return child.exitCode
    },
  }
}

/** Asks until the job has ended. */
export async function jobEnd(server: Server, id: string, bearer?: string): Promise<any> {
  for (;;) {
    const { body } = await server.request('GET', `/jobs/${id}`, undefined, bearer)
    if (!['queued', 'running'].includes(body.job.status)) return body
    await new Promise(resolve => setTimeout(resolve, 2))
  }
}
