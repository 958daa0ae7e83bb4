import { repositoryAt, z, type Forge, type ForgeRepository, type Outgoing, type Reply } from '../../core/service.ts'

/** Those whose pull requests are known here; their answers have the same shape. */
export type PullForge = Exclude<Forge['kind'], 'gitlab'>

/** A pull request, as GitHub, Gitea and Forgejo answer it. */
const shape = z.object({
  number: z.int().min(1), html_url: z.string().max(2048).regex(/^https?:\/\/[^\s<>"'@]+$/), state: z.string(), merged_at: z.string().nullish(), merged: z.boolean().nullish(),
  head: z.object({ ref: z.string(), sha: z.string(), repo: z.object({ full_name: z.string() }).nullish() }),
  base: z.object({ repo: z.object({ full_name: z.string() }).nullish() }),
})

export interface PullRequest { number: number; url: string; state: 'open' | 'merged' | 'closed'; sha: string }

/** An answer that is not what the forge documents, or says no. `passing`: it may go better later. */
export class PullFault extends Error {
  override readonly name = 'PullFault'
  readonly status: number | null
  readonly passing: boolean
  readonly afterMs: number | undefined
  constructor(message: string, { status, passing, afterMs }: { status: number | null; passing: boolean; afterMs?: number | undefined }) {
    super(message)
    this.status = status
    this.passing = passing
    this.afterMs = afterMs
  }
}

export interface PullApi {
  /** The open one of a branch of the repository, else the one whose head is `sha`. */
  find(branch: string, sha: string): Promise<PullRequest | undefined>
  /** Throws `PullFault` with 409 or 422 where there is one already. */
  create(pull: { branch: string; base: string; title: string; body: string }): Promise<PullRequest>
  read(number: number): Promise<PullRequest>
  close(number: number): Promise<void>
}

const perPage = 20
const mostPages = 25

export function pullApi(kind: PullForge, page: string, token: string, send: (outgoing: Outgoing) => Promise<Reply>): PullApi {
  const { root, repository, headers }: ForgeRepository = repositoryAt(kind, page, token)
  const pulls = `${root}/repos/${repository}/pulls`
  const ask = async (method: Outgoing['method'], url: string, body?: object) => jsonOf(await send({ method, url, headers, ...(body ? { body: JSON.stringify(body) } : {}) }))
  return {
    async find(branch, sha) {
      let same: PullRequest | undefined
      for (let at = 1; at <= mostPages; at++) {
        const query: Record<string, string> = kind === 'github'
          ? { state: 'all', head: `${repository.split('/')[0]}:${branch}`, per_page: `${perPage}`, page: `${at}` }
          : { state: 'all', sort: 'recentupdate', limit: `${perPage}`, page: `${at}` }
        const list = read(z.array(shape), await ask('GET', `${pulls}?${new URLSearchParams(query).toString()}`))
        const own = list.filter(one => one.head.ref === branch && (!one.head.repo || one.head.repo.full_name === one.base.repo?.full_name)).map(toPull)
        const open = own.find(one => one.state === 'open')
        if (open) return open
        same ??= own.find(one => one.sha === sha)
        if (list.length === 0 || (kind === 'github' && list.length < perPage)) break
      }
      return same
    },
    create: async ({ branch, ...pull }) => toPull(read(shape, await ask('POST', pulls, { head: branch, ...pull }))),
    read: async number => toPull(read(shape, await ask('GET', `${pulls}/${number}`))),
    async close(number) { await ask('PATCH', `${pulls}/${number}`, { state: 'closed' }) },
  }
}

function jsonOf({ status, text, retryAfterMs }: Reply): unknown {
  if (status >= 300 && status < 400) throw new PullFault(`${status}: redirects are not followed`, { status, passing: false })
  if (status < 200 || status >= 300) {
    // What a token may not, or a forge does not know, somebody may yet put right.
    const passing = [401, 403, 404, 408, 425, 429].includes(status) || status >= 500
    throw new PullFault(`${status}${text.trim() ? `: ${text.trim()}` : ''}`, { status, passing, afterMs: retryAfterMs })
  }
  try { return JSON.parse(text) as unknown } catch { throw new PullFault('the answer is not JSON', { status, passing: true }) }
}

function read<T>(schema: z.ZodType<T>, value: unknown): T {
  const { data, success, error } = schema.safeParse(value)
  if (!success) throw new PullFault(`the answer is not a pull request: ${error.issues[0]?.path.join('.') ?? ''}`, { status: null, passing: true })
  return data
}

function toPull({ number, html_url: url, state, merged_at: at, merged, head }: z.output<typeof shape>): PullRequest {
  return { number, url, state: at || merged ? 'merged' : state === 'open' ? 'open' : 'closed', sha: head.sha }
}
