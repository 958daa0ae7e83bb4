import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { FarmError } from '../errors.ts'
import { credentialsOf, redactor, withoutCredentials } from '../giturl.ts'
import { complaint, git } from './git.ts'

/** Where a project's commits come from. */
export interface Remote { url: string; allowFile: boolean; directory: string }

/** What a remote has: full name of a ref → object, and the branch that its HEAD names. */
export interface RemoteRefs { refs: ReadonlyMap<string, string>; head: string | undefined }

const minute = 60_000

/** Asks for these refs (full names) and all tags. Throws `unavailable` where the remote does not answer. */
export async function listRemote(remote: Remote, names: readonly string[], signal: AbortSignal): Promise<RemoteRefs> {
  const output = await call(remote, ['ls-remote', '--quiet', '--symref', address(remote), ...names, 'refs/tags/*'], { signal, timeoutMs: 2 * minute })
  const refs = new Map<string, string>()
  let head: string | undefined
  for (const line of output.toString('utf8').split('\n')) {
    const [left = '', name = ''] = line.split('\t')
    if (left.startsWith('ref: ')) { if (name === 'HEAD') head = left.slice(5) } else if (isSha(left)) refs.set(name, left)
  }
  return { refs, head }
}

/** Fetches into a repository. Throws `unavailable`. */
export async function fetchRemote(remote: Remote, refspecs: readonly string[], options: { into: string; signal: AbortSignal; anew?: boolean }): Promise<void> {
  const args = ['fetch', '--quiet', '--force', '--prune', '--no-tags', '--no-write-fetch-head', '--no-auto-maintenance', '--update-shallow', ...options.anew ? ['--refetch'] : [], address(remote), ...refspecs]
  await call(remote, args, { gitDir: options.into, signal: options.signal, timeoutMs: 60 * minute })
}

/** Makes a branch of a commit of the mirror. One that is there already is left alone; true when it is that commit's now. */
export async function pushBranch(remote: Remote, sha: string, branch: string, signal: AbortSignal): Promise<boolean> {
  const ref = `refs/heads/${branch}`
  const there = async () => (await listRemote(remote, [ref], signal)).refs.get(ref)
  const before = await there()
  if (before !== undefined) return before === sha
  try {
    // The lease says that there is none: whoever was faster wins.
    await git(['push', '--quiet', '--no-verify', `--force-with-lease=${ref}:`, address(remote), `${sha}:${ref}`], { gitDir: remote.directory, signal, timeoutMs: 10 * minute, allowFile: remote.allowFile, config: credentialHelper(remote) })
    return true
  } catch (error) {
    signal.throwIfAborted()
    if (await there() !== undefined) return await there() === sha
    throw new FarmError('unavailable', `Cannot push to ${withoutCredentials(remote.url)}: ${redactor([remote.url])(complaint(error))}`, { hint: 'Check that the farm may write there: credentials in the git URL, or an ssh key of the account that runs the farm.' })
  }
}

async function call(remote: Remote, args: readonly string[], options: { gitDir?: string; signal: AbortSignal; timeoutMs: number }): Promise<Buffer> {
  try {
    return await git(args, { ...options, cwd: '/', env: { GIT_CEILING_DIRECTORIES: '/' }, allowFile: remote.allowFile, config: credentialHelper(remote) })
  } catch (error) {
    options.signal.throwIfAborted()
    const said = redactor([remote.url])(complaint(error))
    throw new FarmError('unavailable', `Cannot read ${withoutCredentials(remote.url)}: ${said}`, { cause: error, hint: hintFor(said) })
  }
}

function hintFor(said: string): string {
  if (/no space left|quota exceeded/i.test(said)) return 'Make room in the workspace directory that GET /healthz names.'
  if (/auth|denied|credential|could not read (?:user|pass)|403|401/i.test(said)) return 'Check that the farm may read the repository: credentials in the git URL, or an ssh key of the account that runs the farm.'
  if (/not found|does not appear|does not exist|not a git repo/i.test(said)) return 'Check the git URL. Many servers say the same where credentials are missing.'
  return 'Check the git URL and that this machine reaches the server.'
}

/** The URL as git gets it: what stands on a command line, every process of the machine can read. */
function address(remote: Remote): string {
  return credentialsOf(remote.url) ? withoutCredentials(remote.url) : remote.url
}

/** Credentials reach git by a file that only the farm's account may read. */
function credentialHelper(remote: Remote): string[] {
  const file = join(dirname(remote.directory), '.credentials')
  const credentials = credentialsOf(remote.url)
  if (!credentials) {
    rmSync(file, { force: true })
    return ['credential.helper=']
  }
  const { protocol, host } = new URL(remote.url)
  const content = `${protocol}//${encodeURIComponent(credentials.user)}:${encodeURIComponent(credentials.password)}@${host}\n`
  if (!existsSync(file) || readFileSync(file, 'utf8') !== content) {
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(`${file}.new`, content, { mode: 0o600 })
    chmodSync(`${file}.new`, 0o600)
    renameSync(`${file}.new`, file)
  }
  return ['credential.helper=', `credential.helper=store --file='${file.replaceAll('\'', '\'\\\'\'')}'`]
}

/** A full object name. */
export function isSha(text: string): boolean {
  return /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(text)
}
