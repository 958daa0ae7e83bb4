import { once } from 'node:events'
import { Agent, request, type IncomingMessage } from 'node:http'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Server } from '../support/server.ts'

/** What all clients share: answers by status, and how long they took. */
export interface Tally { ms: number[]; statuses: Map<number, number>; faults: string[]; jobs: string[] }

export interface Client { server: Server; agent: Agent; tally: Tally; over: AbortSignal; largeJob: string }

async function call({ server, agent, tally }: Client, method: string, path: string, body?: unknown, more: Record<string, string> = {}): Promise<string> {
  const start = performance.now()
  const sent = request(server.url + path, { method, agent, headers: { authorization: `Bearer ${server.admin}`, 'content-type': 'application/json', ...more } })
  sent.end(body === undefined ? undefined : JSON.stringify(body))
  const [answer] = await once(sent, 'response') as [IncomingMessage]
  let text = ''
  for await (const chunk of answer.setEncoding('utf8')) text += String(chunk)
  tally.ms.push(performance.now() - start)
  const status = answer.statusCode ?? 0
  tally.statuses.set(status, (tally.statuses.get(status) ?? 0) + 1)
  if (status >= 500) tally.faults.push(`${method} ${path}: ${status} ${text.slice(0, 300)}`)
  return text
}

const lastJob = ({ tally }: Client) => tally.jobs.at(-1) ?? ''

/** Reads what people look at, one thing after the other. */
export async function reader(client: Client): Promise<void> {
  for (let n = 0; !client.over.aborted; n++) {
    const job = lastJob(client)
    const paths = ['/jobs?limit=20', `/jobs/${job}`, `/jobs/${job}/findings`, '/projects', '/projects/p/status', `/jobs/${job}/log/lines?tail=20`, '/healthz', `/jobs/${job}/sarif`]
    await call(client, 'GET', paths[n % paths.length] ?? '/jobs')
    await sleep(20)
  }
}

/** Asks for jobs, as fast as the farm works them off and a few more. */
export async function writer(client: Client): Promise<void> {
  while (!client.over.aborted) {
    const { runner } = JSON.parse(await call(client, 'GET', '/healthz')) as { runner: { queued: number } }
    if (runner.queued < 12) client.tally.jobs.push((JSON.parse(await call(client, 'POST', '/projects/p/jobs', { recipe: 'test' })) as { job_id: string }).job_id)
    await call(client, 'PUT', '/projects/p/secrets/SOAK', { value: `value-${performance.now()}` })
    await sleep(50)
  }
}

/** Follows one job's log after the other, to its end. */
export async function follower(client: Client): Promise<void> {
  while (!client.over.aborted) {
    const sent = request(`${client.server.url}/jobs/${lastJob(client)}/log?follow=sse`, { agent: client.agent, headers: { authorization: `Bearer ${client.server.admin}` } })
    sent.end()
    const [answer] = await once(sent, 'response') as [IncomingMessage]
    let text = ''
    const stop = () => answer.destroy()
    client.over.addEventListener('abort', stop, { once: true })
    try { for await (const chunk of answer.setEncoding('utf8')) text = (text + String(chunk)).slice(-1_000) } catch { /* the time is over */ }
    client.over.removeEventListener('abort', stop)
    client.tally.statuses.set(answer.statusCode ?? 0, (client.tally.statuses.get(answer.statusCode ?? 0) ?? 0) + 1)
    if (!client.over.aborted && !text.includes('event: end')) client.tally.faults.push(`a log that was followed has no end: ${text.slice(-200)}`)
  }
}

/** Asks as an agent does. */
export async function agent(client: Client): Promise<void> {
  const tools = [{ name: 'get_status', arguments: { project: 'p' } }, { name: 'get_status', arguments: {} }, { name: 'list_findings', arguments: { project: 'p' } }]
  for (let n = 0; !client.over.aborted; n++) {
    const text = await call(client, 'POST', '/mcp', { jsonrpc: '2.0', id: n, method: 'tools/call', params: tools[n % tools.length] }, { accept: 'application/json, text/event-stream' })
    if (!text.includes('"result"')) client.tally.faults.push(`MCP: ${text.slice(0, 300)}`)
    await sleep(50)
  }
}

/** Takes a large log a little at a time, and never to its end. */
export async function slowReader(client: Client): Promise<void> {
  const socket = connect(Number(new URL(client.server.url).port), '127.0.0.1')
  socket.on('error', () => { /* the farm may end it */ })
  await once(socket, 'connect')
  socket.write(`GET /jobs/${client.largeJob}/log HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${client.server.admin}\r\n\r\n`)
  while (!client.over.aborted) {
    socket.read(512)
    await sleep(100)
  }
  socket.destroy()
}

/** Begins a request and says no more; begins another when the farm has lost patience. */
export async function halfOpen(client: Client): Promise<void> {
  while (!client.over.aborted) {
    const socket = connect(Number(new URL(client.server.url).port), '127.0.0.1')
    socket.on('error', () => { /* the farm ends it */ })
    await once(socket, 'connect')
    socket.write('POST /projects HTTP/1.1\r\nHost: x\r\nContent-Le')
    const stop = () => socket.destroy()
    client.over.addEventListener('abort', stop, { once: true })
    socket.resume()
    await once(socket, 'close')
  }
}
