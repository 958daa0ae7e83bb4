import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import type { Test } from 'tap'

/** What a turn is answered with: a text, a whole answer, or whatever the function does with the response. */
export type Answer = string | { status?: string; text?: string; model?: string; usage?: Record<string, number> } | ((response: ServerResponse) => void)

export interface Turn { session: string; instruction: string; untrusted: { label: string; text: string }[]; files: { path: string; text: string }[]; bytes: number }

export interface Script {
  /** The answer to a turn; `asked` counts how often it was fetched. */
  answer(turn: Turn, asked: number): Answer
  /** Answers a request in place of the forge; true where it did. */
  before?(request: IncomingMessage, response: ServerResponse, path: string): boolean | void
  largestTurn?: number
}

export interface Forge { url: string; turns: Turn[]; requests: string[]; open: Set<string>; token: string }

/** The reference for clawdforge.yaml: keeps its sessions in memory, and says what the script says. */
export async function startForge(t: Test, script: Script): Promise<Forge> {
  const forge: Forge = { url: '', turns: [], requests: [], open: new Set(), token: 'forge-token-1234' }
  const asked = new Map<string, number>()
  const send = (response: ServerResponse, status: number, body?: unknown) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(body === undefined ? undefined : JSON.stringify(body))
  }
  const server = createServer((request, response) => void (async () => {
    const { pathname: path } = new URL(request.url ?? '', 'http://forge')
    forge.requests.push(`${request.method} ${path}`)
    if (script.before?.(request, response, path)) return
    if (request.headers.authorization !== `Bearer ${forge.token}`) return send(response, 401)
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const text = Buffer.concat(chunks).toString('utf8')
    const [, , , session = '', , number = ''] = path.split('/')
    if (path === '/v1/health') return send(response, 200, { status: 'ok' })
    if (request.method === 'POST' && path === '/v1/sessions') {
      const { idempotency_key: id } = JSON.parse(text) as { idempotency_key: string }
      const known = forge.open.has(id)
      forge.open.add(id)
      return send(response, known ? 409 : 201, { id })
    }
    if (!forge.open.has(session)) return send(response, 404)
    if (request.method === 'DELETE') {
      forge.open.delete(session)
      return send(response, 204)
    }
    if (request.method === 'POST') {
      if (text.length > (script.largestTurn ?? Infinity)) return send(response, 413)
      forge.turns.push({ ...JSON.parse(text) as Turn, session, bytes: text.length })
      return send(response, 202, { id: String(forge.turns.length) })
    }
    const turn = forge.turns[Number(number) - 1]
    if (!turn) return send(response, 404)
    const count = (asked.get(number) ?? 0) + 1
    asked.set(number, count)
    const answer = script.answer(turn, count)
    if (typeof answer === 'function') answer(response)
    else send(response, 200, { status: 'done', model: 'reference', usage: { input_tokens: turn.bytes, output_tokens: 1 }, ...(typeof answer === 'string' ? { text: answer } : answer) })
  })().catch(() => response.destroy()))
  server.listen({ host: '127.0.0.1', port: 0 })
  await once(server, 'listening')
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  forge.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return forge
}
