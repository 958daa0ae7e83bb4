import type { ProjectSettings } from '../../core/service.ts'
import type { Outgoing, Reply } from './post.ts'

export type Forge = NonNullable<ProjectSettings['forge']>
export type State = 'pending' | 'success' | 'failure' | 'error' | 'cancelled'

/** What a commit is marked with. A later one of the same context takes the place of an earlier one. */
export interface CommitStatus { sha: string; ref: string; state: State; context: string; description: string; url: string | null }

/** `page` is the repository's: `https://git.example.org/team/app`. */
export function statusRequest(kind: Forge['kind'], page: string, token: string, status: CommitStatus): Outgoing {
  const url = new URL(page)
  const path = url.pathname.replace(/\.git\/?$/, '').split('/').filter(Boolean)
  const link = status.url === null ? {} : { target_url: status.url }
  if (kind === 'gitlab') {
    return {
      method: 'POST', url: `${url.origin}/api/v4/projects/${encodeURIComponent(path.map(decodeURIComponent).join('/'))}/statuses/${status.sha}`, headers: { 'private-token': token },
      body: JSON.stringify({ state: gitlabStates[status.state], name: status.context, description: status.description.slice(0, 255), ...link }),
    }
  }
  const [repository, above] = [path.slice(-2).join('/'), path.slice(0, -2).map(part => `/${part}`).join('')]
  const root = kind !== 'github' ? `${url.origin}${above}/api/v1` : url.hostname === 'github.com' ? 'https://api.github.com' : `${url.origin}${above}/api/v3`
  return {
    method: 'POST', url: `${root}/repos/${repository}/statuses/${status.sha}`,
    headers: kind === 'github' ? { authorization: `Bearer ${token}`, accept: 'application/vnd.github+json', 'x-github-api-version': '2022-11-28' } : { authorization: `token ${token}` },
    body: JSON.stringify({ state: status.state === 'cancelled' ? 'error' : status.state, context: status.context, description: status.description.slice(0, 140), ...link }),
  }
}

const gitlabStates: Readonly<Record<State, string>> = { pending: 'running', success: 'success', failure: 'failed', error: 'failed', cancelled: 'canceled' }

/** GitLab refuses a state that the commit has already: a second attempt after an answer that got lost. */
export function isSaid(kind: Forge['kind'], { status, text }: Reply): boolean {
  return kind === 'gitlab' && status === 400 && text.includes('Cannot transition status')
}

/** Where the commits are; undefined where neither the setting nor the git URL is a page. */
export function pageOf(forge: Forge, gitUrl: string): string | undefined {
  if (forge.url !== undefined) return forge.url
  if (!/^https?:/i.test(gitUrl)) return undefined
  const url = new URL(gitUrl)
  return url.origin + url.pathname
}
