import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Test } from 'tap'

export interface Got { method: string; path: string; headers: IncomingHttpHeaders; body: string }

/** A server that keeps what it gets and answers as it is told; by default 204. */
export interface Receiver { url: string; got: Got[]; answer: (response: ServerResponse, got: Got) => void; next(count: number): Promise<Got[]>; server: Server }

export async function receiver(t: Test): Promise<Receiver> {
  const server = createServer((request, response) => void take(request, response))
  const heard: (() => void)[] = []
  const one: Receiver = {
    url: '', got: [], server, answer: response => { response.writeHead(204).end() },
    async next(count) {
      while (one.got.length < count) await new Promise<void>(resolve => heard.push(resolve))
      return one.got
    },
  }
  const take = async (request: IncomingMessage, response: ServerResponse) => {
    let body = ''
    for await (const chunk of request) body += String(chunk)
    const got = { method: request.method ?? '', path: request.url ?? '', headers: request.headers, body }
    one.got.push(got)
    one.answer(response, got)
    for (const tell of heard.splice(0)) tell()
  }
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  one.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  t.teardown(() => {
    server.close()
    server.closeAllConnections()
  })
  return one
}
