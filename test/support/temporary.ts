import { mkdtempSync, realpathSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Test } from 'tap'

/** Removes a directory in which what was killed may write for a moment yet. (`rmSync` tries again to remove what is empty only.) */
export function remove(directory: string): Promise<void> {
  return rm(directory, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 })
}

/** A directory of the machine's own, without links on the way to it. */
export function scratch(): string {
  return realpathSync(mkdtempSync(join(tmpdir(), 'crafting-')))
}

/** A directory that goes after all that the test tears down later; tap's `testdir` goes before what has been asked for after it. */
export function temporary(t: { teardown(action: () => unknown): unknown }): string {
  const directory = scratch()
  t.teardown(() => remove(directory))
  return directory
}

/** A directory of the project's, which a job in a sandbox sees (it has a `/tmp` of its own); goes as that of `temporary` does. */
export function testdir(t: Test, content?: Parameters<Test['testdir']>[0]): string {
  t.teardown(() => remove(t.testdirName))
  return t.testdir(content)
}
