import { join } from 'node:path'
import { track } from '../../../core/findings/track.ts'
import { changesBetween, filesAt } from '../../../core/run/diff.ts'
import { exactLine, githubLineHash, sonarqube, warningsNg, type Peer } from './peers.ts'
import type { Snapshot } from './snapshot.ts'

/** Partners of the present findings among the old ones, by index; -1 for new. */
export type Tracker = (old: Snapshot, now: Snapshot, repository: string) => Promise<Int32Array>

export async function ours(old: Snapshot, now: Snapshot, repository: string): Promise<Int32Array> {
  const gitDir = join(repository, '.git')
  const changes = await changesBetween(gitDir, old.sha, now.sha)
  const touched = [...new Set(old.findings.map(one => one.file ?? ''))].filter(path => changes.files.has(path))
  const sources = new Map([...await filesAt(gitDir, old.sha, touched)].map(([path, text]) => [path, text.split(/\r\n|\n|\r/)]))
  const excerpt = (lines: readonly string[] | undefined) => lines && { start: 1, lines }
  return track(
    { findings: old.findings, excerpt: index => excerpt(sources.get(old.findings[index]?.file ?? '')) },
    { findings: now.findings, excerpt: index => excerpt(now.files.get(now.findings[index]?.file ?? '')) },
    changes,
  )
}

/** Without git, by the three lines around that the ledger keeps. */
async function oursWithoutGit(old: Snapshot, now: Snapshot): Promise<Int32Array> {
  return track(snippets(old), snippets(now), undefined)
}

function snippets({ findings, files }: Snapshot) {
  return {
    findings,
    excerpt(index: number) {
      const { file = '', line = 1 } = findings[index] ?? {}
      const start = Math.max(1, line - 3)
      const lines = files.get(file)?.slice(start - 1, line + 3)
      return lines && { start, lines }
    },
  }
}

const alone = (peer: Peer): Tracker => async (old, now) => peer(old, now)

export const trackers: Readonly<Record<string, Tracker>> = {
  'crafting-table': ours,
  'the same, without git': oursWithoutGit,
  'exact line': alone(exactLine),
  'GitHub line hash': alone(githubLineHash),
  'warnings-ng': alone(warningsNg),
  'SonarQube': alone(sonarqube),
}
