import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { dirname, join } from 'node:path'
import type { Test } from 'tap'
import { readConfig } from '../../core/config.ts'
import type { Logger } from '../../core/contract.ts'
import { openFarm } from '../../core/farm.ts'
import type { Farm } from '../../core/facade.ts'
import { createHttpServer } from '../../core/http/app.ts'
import { openapi } from '../../core/http/openapi.ts'
import { surface } from '../../core/http/routes.ts'
import { answerChecker, type Loose } from './document.ts'
import { temporary } from '../support/temporary.ts'

export interface Reply { status: number; headers: Headers; text: string; json: Loose }
export interface Call { token?: string; body?: unknown; raw?: string; headers?: Record<string, string> }
export interface LogEntry { message: string; fields: Record<string, unknown> }

export interface Served {
  url: string
  farm: Farm
  admin: string
  log: LogEntry[]
  directory: string
  mint(name: string, more?: { isAdmin?: boolean; ipCidrs?: string[] }): string
  /** Every JSON answer is compared with openapi.json on the way. */
  call(method: string, path: string, call?: Call): Promise<Reply>
}

export function environmentIn(directory: string): Record<string, string> {
  return {
    HOME: directory, CRAFTING_DATA_DIR: join(directory, 'data'), CRAFTING_CACHE_DIR: join(directory, 'caches'), CRAFTING_WORKSPACE_DIR: join(directory, 'workspace'),
    CRAFTING_HOST: '127.0.0.1', CRAFTING_GIT_ALLOW_FILE: '1', CRAFTING_JOBS: '2', CRAFTING_KILL_GRACE_SECS: '1', CRAFTING_DRAIN_SECS: '0',
  }
}

/** A real farm behind a real socket, on a free port. */
export async function serve(t: Test, env: Record<string, string> = {}): Promise<Served> {
  const directory = temporary(t)
  const log: LogEntry[] = []
  const farm = await openFarm(readConfig({ ...environmentIn(directory), ...env }), { kind: 'server', log: memoryLog(log) })
  const server = createHttpServer(farm)
  server.listen({ host: '127.0.0.1', port: 0 })
  await once(server, 'listening')
  t.teardown(async () => {
    server.close()
    server.closeAllConnections()
    await farm.close({ drainMs: 0 })
  })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const check = answerChecker(openapi(surface(farm.endpoints)))
  const mint: Served['mint'] = (name, { isAdmin = false, ipCidrs = [] } = {}) => farm.mintToken({ name: 'root', isAdmin: true }, { name, isAdmin, ipCidrs }).bearer
  return { url, farm, log, directory, mint, admin: mint('root', { isAdmin: true }), call: (method, path, call) => request({ url, check }, method, path, call) }
}

async function request({ url, check }: { url: string; check: ReturnType<typeof answerChecker> }, method: string, path: string, { token, body, raw, headers = {} }: Call = {}): Promise<Reply> {
  const text = raw ?? (body === undefined ? undefined : JSON.stringify(body))
  const response = await fetch(url + path, {
    method, ...(text === undefined ? {} : { body: text }),
    headers: { ...(token === undefined ? {} : { authorization: `Bearer ${token}` }), ...headers },
  })
  const answer = await response.text()
  const isJson = /json/.test(response.headers.get('content-type') ?? '')
  const reply = { status: response.status, headers: response.headers, text: answer, json: isJson && answer ? JSON.parse(answer) : undefined }
  check(method, new URL(path, url).pathname, reply)
  return reply
}

function memoryLog(entries: LogEntry[]): Logger {
  const add = (message: string, fields: Record<string, unknown> = {}) => { entries.push({ message, fields }) }
  return { info: add, warn: add, error: add }
}

/** A git repository of these files; answers its URL. */
export function repository(directory: string, files: Record<string, string>): string {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, path)), { recursive: true })
    writeFileSync(join(directory, path), text)
  }
  const git = (...args: string[]) => execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@localhost', '-c', 'commit.gpgsign=false', ...args], { cwd: directory, stdio: 'pipe' })
  git('init', '-q', '-b', 'main')
  git('add', '.')
  git('commit', '-qm', 'one')
  return `file://${directory}`
}
