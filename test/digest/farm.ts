import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { simpleParser, type ParsedMail } from 'mailparser'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'
import type { Test } from 'tap'
import { readConfig } from '../../core/config.ts'
import type { Finding, JobStatus } from '../../core/contract.ts'
import { composeFarm } from '../../core/farm.ts'
import { endJob, findJob, insertJob } from '../../core/ledger/jobs.ts'
import type { Db } from '../../core/ledger/database.ts'
import { quietLogger } from '../../core/logger.ts'
import type { Core } from '../../core/service.ts'
import { readDigestConfig, type DigestConfig } from '../../plugins/digest/config.ts'
import { environmentIn } from '../http/server.ts'
import { temporary } from '../support/temporary.ts'

/** A farm without a door, its digest's clock in the test's hand. */
export async function farmIn(directory: string): Promise<{ core: Core; close(): Promise<void> }> {
  const { farm, coreFor } = await composeFarm(readConfig({ ...environmentIn(directory), CRAFTING_SANDBOX: 'off' }), { kind: 'check', log: quietLogger })
  return { core: coreFor('digest'), close: () => farm.close({ drainMs: 0 }) }
}

export async function farmOf(t: Test, notify: { email?: string[]; on?: string[] } = {}) {
  const directory = temporary(t)
  const { core, close } = await farmIn(directory)
  t.teardown(close)
  addProject(core, 'p', notify)
  return { core, directory, project: () => core.farm.project(core.caller, 'p') }
}

/** As one that has been there for long. */
export function addProject(core: Core, name: string, { email = ['one@example.org'], on = [] }: { email?: string[]; on?: string[] }): void {
  core.farm.createProject(core.caller, { name, gitUrl: 'https://git.example.org/p.git', defaultBranch: 'main', languages: [], subprojects: [], notify: { email, on } })
  core.db.prepare(`UPDATE projects SET created_at = '2020-01-01T00:00:00.000Z', updated_at = '2020-01-01T00:00:00.000Z'`).run()
}

export interface AddedJob { recipe?: string; status?: JobStatus; at: string; ref?: string; subproject?: string; findings?: readonly AddedFinding[] }
export type AddedFinding = Partial<Finding> & { state?: 'new' | 'unchanged' | 'fixed'; identity: number }

/** A job as the ledger has it once it has ended. */
export function addJob(db: Db, { recipe = 'test', status = 'passed', at, ref = 'main', subproject = '', findings = [] }: AddedJob): string {
  const id = randomUUID()
  insertJob(db, { id, runId: null, projectId: 1, owner: 'x', farm: 'gone', subproject, language: 'bash', recipe, ref, branch: ref, sha: 'a'.repeat(40), snapshot: null })
  const count = (wanted: (one: AddedFinding) => boolean) => findings.filter(wanted).length
  const isThere = (one: AddedFinding) => one.state !== 'fixed'
  endJob(db, id, {
    status, exitCode: status === 'passed' ? 0 : 1, message: null, tests: null, complete: status === 'passed' || status === 'failed',
    findings: { new: count(one => (one.state ?? 'new') === 'new'), unchanged: count(one => one.state === 'unchanged'), fixed: count(one => one.state === 'fixed'), error: count(one => isThere(one) && one.level === 'error'), warning: count(one => isThere(one) && (one.level ?? 'warning') === 'warning'), note: count(one => isThere(one) && one.level === 'note') },
  })
  const { seq } = findJob(db, { name: '', isAdmin: true }, id)!
  db.prepare('UPDATE jobs SET finished_at = ? WHERE seq = ?').run(at, seq)
  const add = db.prepare(`INSERT INTO findings (job_seq, fingerprint, state, level, tool, rule, kind, file, line, message, more, identity) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
  for (const { identity, state = 'new', level = 'warning', tool = 'tool', rule = null, kind = 'lint', file = 'a.c', line = 1, message = `problem ${identity}`, advisory } of findings) {
    add.run(seq, `f${identity}`, state, level, tool, rule, kind, file, line, message, advisory ? JSON.stringify({ finding: { advisory } }) : null, identity)
  }
  return id
}

export function configFor(port: number, more: Record<string, string> = {}): DigestConfig {
  return readDigestConfig({ CRAFTING_SMTP_HOST: '127.0.0.1', CRAFTING_SMTP_PORT: String(port), CRAFTING_SMTP_TLS: '0', CRAFTING_SMTP_FROM: 'farm@example.org', CRAFTING_PUBLIC_URL: 'https://farm.example.org', ...more })
}

export interface Mailbox { port: number; mails: ParsedMail[]; server: SMTPServer; recipients: string[] }

/** A mail server that keeps what it gets; the options say how it misbehaves. */
export async function mailbox(t: Pick<Test, 'teardown'>, options: SMTPServerOptions = {}): Promise<Mailbox> {
  const mails: ParsedMail[] = []
  const recipients: string[] = []
  const server = new SMTPServer({
    authOptional: true, disabledCommands: ['STARTTLS', 'AUTH'], logger: false,
    onData(stream, session, done) {
      simpleParser(stream).then(mail => {
        mails.push(mail)
        recipients.push(...session.envelope.rcptTo.map(one => one.address))
        done()
      }, done)
    },
    ...options,
  })
  server.on('error', () => {})
  const listening = server.listen(0, '127.0.0.1')
  await once(listening, 'listening')
  t.teardown(() => new Promise<void>(resolve => {
    dropAll(server)
    server.close(() => resolve())
  }))
  return { port: (listening.address() as AddressInfo).port, mails, server, recipients }
}

/** Cuts every connection, as a cable would be. */
export function dropAll(server: SMTPServer): void {
  for (const connection of (server as unknown as { connections: Set<{ _socket: { destroy(): void } }> }).connections) connection._socket.destroy()
}

export function refusal(code: number, text: string): Error {
  return Object.assign(new Error(text), { responseCode: code })
}
