import { repositoryAt, type Forge, type Outgoing, type Reply } from '../../core/service.ts'
import { begin } from './words.ts'

export type State = 'pending' | 'success' | 'failure' | 'error' | 'cancelled'

/** What a commit is marked with. A later one of the same context takes the place of an earlier one. */
export interface CommitStatus { sha: string; ref: string; state: State; context: string; description: string; url: string | null }

/** `page` is the repository's: `https://git.example.org/team/app`. */
export function statusRequest(kind: Forge['kind'], page: string, token: string, status: CommitStatus): Outgoing {
  const { root, repository, headers } = repositoryAt(kind, page, token)
  const link = status.url === null ? {} : { target_url: status.url }
  if (kind === 'gitlab') {
    return {
      method: 'POST', url: `${root}/projects/${repository}/statuses/${status.sha}`, headers,
      body: JSON.stringify({ state: gitlabStates[status.state], name: status.context, description: begin(status.description, 255), ...link }),
    }
  }
  return {
    method: 'POST', url: `${root}/repos/${repository}/statuses/${status.sha}`, headers,
    body: JSON.stringify({ state: status.state === 'cancelled' ? 'error' : status.state, context: status.context, description: begin(status.description, 140), ...link }),
  }
}

const gitlabStates: Readonly<Record<State, string>> = { pending: 'running', success: 'success', failure: 'failed', error: 'failed', cancelled: 'canceled' }

/** GitLab refuses a state that the commit has already: a second attempt after an answer that got lost. */
export function isSaid(kind: Forge['kind'], { status, text }: Reply): boolean {
  return kind === 'gitlab' && status === 400 && text.includes('Cannot transition status')
}
