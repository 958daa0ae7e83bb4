import type { ServerResponse } from 'node:http'
import type { Test } from 'tap'
import { receiver, type Got } from './receiver.ts'

export interface FakePull { number: number; html_url: string; state: string; merged_at: string | null; title: string; body: string; head: { ref: string; sha: string; repo: { full_name: string } }; base: { ref: string; repo: { full_name: string } } }

export interface PullServer {
  url: string
  kind: 'github' | 'gitea'
  pulls: FakePull[]
  /** What was asked of its pull requests. */
  got: Got[]
  /** True where it has answered by itself. */
  before: (response: ServerResponse, got: Got) => boolean
}

/** The pull requests of the repository team/app, as Gitea or GitHub Enterprise serve them; `shaOf` says where a branch is. */
export async function pullServer(t: Test, kind: PullServer['kind'], shaOf: (branch: string) => string): Promise<PullServer> {
  const there = await receiver(t)
  const one: PullServer = { url: `${there.url}/team/app`, kind, pulls: [], got: [], before: () => false }
  const root = `${kind === 'github' ? '/api/v3' : '/api/v1'}/repos/team/app/pulls`
  there.answer = (response, got) => {
    // The status of commits is told there, too.
    if (got.path.includes('/statuses/')) return void response.writeHead(201).end('{}')
    one.got.push(got)
    if (one.before(response, got)) return
    const url = new URL(got.path, there.url)
    const say = (status: number, body: unknown) => { response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body)) }
    const [, number] = /\/pulls\/(\d+)$/.exec(url.pathname) ?? []
    const pull = one.pulls.find(each => each.number === Number(number))
    if (got.headers.authorization !== (kind === 'github' ? 'Bearer token-of-the-forge' : 'token token-of-the-forge')) return say(401, { message: 'Bad credentials' })
    if (!url.pathname.startsWith(root) || (number !== undefined && !pull)) return say(404, { message: 'Not Found' })
    if (number !== undefined) {
      if (got.method === 'PATCH') Object.assign(pull ?? {}, JSON.parse(got.body))
      return say(200, pull)
    }
    if (got.method === 'GET') {
      const [page, size] = [Number(url.searchParams.get('page')), Number(url.searchParams.get(kind === 'github' ? 'per_page' : 'limit'))]
      const head = url.searchParams.get('head')
      return say(200, one.pulls.filter(each => kind !== 'github' || `team:${each.head.ref}` === head).toReversed().slice((page - 1) * size, page * size))
    }
    const { head, base, title, body } = JSON.parse(got.body) as Record<'head' | 'base' | 'title' | 'body', string>
    if (one.pulls.some(each => each.state === 'open' && each.head.ref === head && each.base.ref === base)) {
      return kind === 'github'
        ? say(422, { message: 'Validation Failed', errors: [{ resource: 'PullRequest', code: 'custom', message: `A pull request already exists for team:${head}.` }] })
        : say(409, { message: `pull request already exists for these targets [id: 1, head_branch: ${head}, base_branch: ${base}]` })
    }
    const repo = { full_name: 'team/app' }
    const made: FakePull = { number: one.pulls.length + 1, html_url: `${one.url}/pulls/${one.pulls.length + 1}`, state: 'open', merged_at: null, title, body, head: { ref: head, sha: shaOf(head), repo }, base: { ref: base, repo } }
    one.pulls.push(made)
    return say(201, made)
  }
  return one
}
