import type { Test } from 'tap'
import { setTimeout as sleep } from 'node:timers/promises'
import { mailbox } from '../digest/farm.ts'
import { unanswered, type Beside } from './crash-beside.ts'

/** Longest time that the mail server thinks about a message, in ms. */
const thinkingMs = 400

/**
 * In each round the digests of those projects go out whose one job has ended, and another such project comes. Nothing may arrive
 * twice, what is noted as sent has arrived, and nothing is left open.
 */
export async function digestBeside(t: Pick<Test, 'teardown'>, gitUrl: string, random: () => number): Promise<Beside> {
  const arrived: string[] = []
  const { port } = await mailbox(t, {
    onData(stream, session, done) {
      stream.resume().once('end', () => {
        arrived.push(...session.envelope.rcptTo.map(one => one.address))
        void sleep(random() * thinkingMs).then(() => done())
      })
    },
  })
  const waiting: string[] = []
  const tomorrow = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10)
  const nameOf = (round: number) => `mail-${round}`
  const address = (project: string) => `${project}@example.org`
  return {
    environment: { CRAFTING_SMTP_HOST: '127.0.0.1', CRAFTING_SMTP_PORT: String(port), CRAFTING_SMTP_TLS: '0', CRAFTING_SMTP_FROM: 'farm@example.org', CRAFTING_DIGEST_HOUR: '0', CRAFTING_DIGEST_TIMEZONE: 'UTC' },
    async load(server, round) {
      const name = nameOf(round)
      await server.request('POST', '/projects', { name, git_url: gitUrl, notify: { email: [address(name)] }, subprojects: [{ path: '.', language: 'none', audit: 'echo "a.c:1:1: error: bad"; exit 1' }] })
      await server.request('POST', `/projects/${name}/jobs`, { recipe: 'audit' })
      // A digest of nothing is none, and is decided once.
      for (const project of waiting.splice(0)) {
        const { body } = await server.request('GET', `/jobs?project=${project}`)
        if (body.jobs.every((job: { finished_at: string | null }) => job.finished_at !== null)) unanswered(server.request('POST', '/admin/digest/run-now', { date: tomorrow, project, early: true }))
        else waiting.push(project)
      }
      waiting.push(name)
    },
    async reckon(server) {
      const { body } = await server.request('POST', '/admin/digest/run-now', { date: tomorrow, early: true })
      const deliveries = (body.digests as { project: string; deliveries: { recipient: string; state: string; message: string | null }[] }[]).flatMap(one => one.deliveries)
      const times = (recipient: string) => arrived.filter(one => one === recipient).length
      const faults = deliveries.flatMap(({ recipient, state, message }) => {
        const there = times(recipient)
        if (there > 1) return [`a digest arrived ${there} times`]
        if (state === 'sent' ? there === 1 : state === 'unknown') return []
        return [`a digest is ${state} (${message}), and ${there} arrived`]
      })
      const count = (state: string) => deliveries.filter(one => one.state === state).length
      if (arrived.length === 0) faults.push('no digest arrived at all')
      return { done: `${deliveries.length} digests: ${count('sent')} sent, ${count('unknown')} unknown, ${arrived.length} arrived`, faults }
    },
  }
}
