import { once } from 'node:events'
import { Agent, request } from 'node:http'
import { createInterface } from 'node:readline'
import type { Server } from '../support/server.ts'
import { clock } from './measure.ts'

/** A keep-alive client: opening connections is not what is measured. */
export class Client {
  readonly #server: Server
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 64 })

  constructor(server: Server) {
    this.#server = server
  }

  async call(method: string, path: string, body?: unknown): Promise<{ status: number; body: any; ms: number }> {
    const start = clock()
    const sent = request(this.#server.url + path, { method, agent: this.#agent, headers: { authorization: `Bearer ${this.#server.admin}`, 'content-type': 'application/json' } })
    sent.end(body === undefined ? undefined : JSON.stringify(body))
    const [answer] = await once(sent, 'response')
    const chunks: Buffer[] = []
    for await (const chunk of answer) chunks.push(chunk)
    const ms = clock() - start
    const text = Buffer.concat(chunks).toString()
    return { status: answer.statusCode, body: answer.headers['content-type']?.includes('json') ? JSON.parse(text) : text, ms }
  }

  /** Events of a job's log until its end. */
  async *events(jobId: string): AsyncGenerator<{ event: string; data: any }> {
    const sent = request(`${this.#server.url}/jobs/${jobId}/log?follow=1`, { agent: this.#agent, headers: { authorization: `Bearer ${this.#server.admin}`, accept: 'text/event-stream' } })
    sent.end()
    const [answer] = await once(sent, 'response')
    let event = 'message'
    for await (const line of createInterface({ input: answer })) {
      if (line.startsWith('event: ')) event = line.slice(7)
      if (line.startsWith('data: ')) yield { event, data: JSON.parse(line.slice(6)) }
    }
  }

  async jobEnded(jobId: string): Promise<void> {
    for await (const { event } of this.events(jobId)) if (event === 'end') return
  }

  close(): void {
    this.#agent.destroy()
  }
}
