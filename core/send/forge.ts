import type { ProjectSettings } from '../settings.ts'

export type Forge = NonNullable<ProjectSettings['forge']>

/** A repository at a forge, as its API names it: requests go to `${root}/repos/${repository}/…` (GitLab: /projects/). */
export interface ForgeRepository { root: string; repository: string; headers: Readonly<Record<string, string>> }

/** `page` is the repository's: `https://git.example.org/team/app`. The token goes into the headers. */
export function repositoryAt(kind: Forge['kind'], page: string, token: string): ForgeRepository {
  const url = new URL(page)
  const path = url.pathname.replace(/\.git\/?$/, '').split('/').filter(Boolean)
  if (kind === 'gitlab') return { root: `${url.origin}/api/v4`, repository: encodeURIComponent(path.map(decodeURIComponent).join('/')), headers: { 'private-token': token } }
  const [repository, above] = [path.slice(-2).join('/'), path.slice(0, -2).map(part => `/${part}`).join('')]
  const root = kind !== 'github' ? `${url.origin}${above}/api/v1` : url.hostname === 'github.com' ? 'https://api.github.com' : `${url.origin}${above}/api/v3`
  const headers: Record<string, string> = kind === 'github'
    ? { authorization: `Bearer ${token}`, accept: 'application/vnd.github+json', 'x-github-api-version': '2022-11-28' }
    : { authorization: `token ${token}`, accept: 'application/json' }
  return { root, repository, headers }
}

/** Where the repository is; undefined where neither the setting nor the git URL is a page. */
export function pageOf(forge: Forge, gitUrl: string): string | undefined {
  if (forge.url !== undefined) return forge.url
  if (!/^https?:/i.test(gitUrl)) return undefined
  const url = new URL(gitUrl)
  return url.origin + url.pathname
}
