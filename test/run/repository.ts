import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { swept } from '../../core/run/trash.ts'
import { temporary as removedLast } from '../support/temporary.ts'

const env = {
  ...process.env, GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null', LC_ALL: 'C',
  GIT_AUTHOR_NAME: 'a', GIT_AUTHOR_EMAIL: 'a@example.org', GIT_COMMITTER_NAME: 'a', GIT_COMMITTER_EMAIL: 'a@example.org',
}

/** A real repository in a temporary place. */
export interface Repository {
  directory: string
  git(...args: string[]): string
  write(files: Record<string, string>): void
  /** Commits everything; returns the sha. */
  commit(files?: Record<string, string>): string
}

export function repository(directory: string): Repository {
  mkdirSync(directory, { recursive: true })
  const git = (...args: string[]) => execFileSync('git', ['-c', 'protocol.file.allow=always', ...args], { cwd: directory, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim()
  const write = (files: Record<string, string>) => {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(directory, path)), { recursive: true })
      writeFileSync(join(directory, path), text)
    }
  }
  const commit = (files: Record<string, string> = {}) => {
    write(files)
    git('add', '--all', '--force')
    git('commit', '--quiet', '--allow-empty', '--message', 'x')
    return git('rev-parse', 'HEAD')
  }
  git('init', '--quiet', '--initial-branch=main')
  return { directory, git, write, commit }
}

/** A directory that is gone after the test, background deletions awaited. */
export function temporary(t: { teardown(action: () => unknown): unknown }): string {
  const directory = removedLast(t)
  t.teardown(swept)
  return directory
}
