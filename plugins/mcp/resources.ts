import { FarmError, projectJson, type Caller, type Farm } from '../../core/service.ts'
import { clean } from './text.ts'

/** What can be read by address. `{…}` stands for one name. */
export interface ResourceKind {
  template: string
  name: string
  description: string
  mimeType: string
  read(farm: Farm, caller: Caller, id: string): Promise<string>
  /** Values for the name, that begin with what is typed already. */
  complete(farm: Farm, caller: Caller, typed: string): string[]
}

/** What one answer may hold; a log's end matters most, and read_log has the rest. */
const mostBytes = 200_000
const mostCompletions = 100

const jobIds = (farm: Farm, caller: Caller, typed: string) => farm.jobs(caller, { limit: 500 }).map(job => job.id).filter(id => id.startsWith(typed)).slice(0, mostCompletions)

export const resourceKinds: readonly ResourceKind[] = [
  {
    template: 'farm://jobs/{id}/log', name: 'job log', description: 'The log of a job: its last 200 kB', mimeType: 'text/plain', complete: jobIds,
    async read(farm, caller, id) {
      const job = farm.job(caller, id)
      const { bytes } = await farm.logSize(job).catch(() => ({ bytes: 0 }))
      const from = Math.max(0, bytes - mostBytes)
      const text = clean(await textOf(farm.readLog(job, from)))
      return from > 0 ? `[truncated: ${from} of ${bytes} bytes left out; read_log has them]\n${wholeLines(text)}` : text
    },
  },
  {
    template: 'farm://jobs/{id}/sarif', name: 'job SARIF', description: 'The findings of a job as SARIF 2.1.0', mimeType: 'application/sarif+json', complete: jobIds,
    async read(farm, caller, id) {
      const text = await textOf(farm.jobSarif(caller, farm.job(caller, id).id), 5_000_000)
      if (text.length > 5_000_000) throw new FarmError('too_large', 'The document is larger than 5 MB', { hint: 'Use list_findings, or GET /jobs/{id}/sarif.' })
      return text
    },
  },
  {
    template: 'farm://patches/{id}/diff', name: 'patch', description: 'A drafted patch as a unified diff', mimeType: 'text/x-diff',
    read: async (farm, caller, id) => {
      if (!farm.patches) throw new FarmError('not_found', 'No such patch')
      return diffText(farm.patches.diff(caller, id))
    },
    complete: (farm, caller, typed) => (farm.patches?.list(caller, { limit: 500 }) ?? []).map(patch => patch.id).filter(id => id.startsWith(typed)).slice(0, mostCompletions),
  },
  {
    template: 'farm://projects/{name}', name: 'project', description: 'A project: its definition and how its default branch is', mimeType: 'application/json',
    async read(farm, caller, name) {
      const { verdict, reasons, findings, tests, sha } = farm.status(caller, name)
      return JSON.stringify({ ...projectJson(farm.project(caller, name)), status: { verdict, sha, reasons, findings, tests } }, null, 1)
    },
    complete: (farm, caller, typed) => farm.projects(caller, { limit: 1000 }).map(project => project.name).filter(name => name.startsWith(typed)).slice(0, mostCompletions),
  },
]

/** Which resource an address names, and the name in it. */
export function resourceOf(uri: string): { kind: ResourceKind; id: string } | undefined {
  for (const kind of resourceKinds) {
    const [head = '', tail = ''] = kind.template.split(/\{\w+\}/)
    const id = uri.length > head.length + tail.length && uri.startsWith(head) && uri.endsWith(tail) ? uri.slice(head.length, uri.length - tail.length) : ''
    if (/^[\w.-]{1,64}$/.test(id)) return { kind, id }
  }
  return undefined
}

/** Without the line that the cut went through, unless that is all there is. */
function wholeLines(text: string): string {
  return text.slice(text.indexOf('\n') + 1) || text
}

/** As it is, so that it can be applied, as long as it holds nothing that hides; what stands above its first file is passed over by whatever applies it. */
function diffText(diff: string): string {
  const seen = diff.split('\r').map(clean).join('\r')
  return seen === diff ? diff : `[invisible or control characters are left out: it does not apply as it stands. GET /patches/{id}/diff has it whole.]\n${seen}`
}

async function textOf(chunks: AsyncIterable<Buffer | string>, most = Infinity): Promise<string> {
  const parts: Buffer[] = []
  let length = 0
  for await (const chunk of chunks) {
    parts.push(Buffer.from(chunk))
    length += chunk.length
    if (length > most) break
  }
  return Buffer.concat(parts).toString('utf8')
}
