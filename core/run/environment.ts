import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { networkVariables, type Config } from '../config.ts'
import type { LanguagePack } from '../contract.ts'

/** What the tools of every job see of the machine: where programs are and how the network is reached. Never the farm's own variables. */
export function machineEnvironment(config: Config, packs: readonly LanguagePack[]): Record<string, string> {
  const env: Record<string, string> = {
    PATH: config.env.PATH || '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    LANG: 'C.UTF-8',
    LC_ALL: 'C.UTF-8',
    TZ: config.env.TZ ?? 'UTC',
    CI: 'true',
    NO_COLOR: '1',
    TERM: 'dumb',
    PYTHONUNBUFFERED: '1',
  }
  for (const name of [...networkVariables, ...config.jobEnv]) {
    const value = config.env[name]
    if (value !== undefined) env[name] = value
  }
  const home = config.env.HOME || homedir()
  for (const pack of packs) {
    for (const [name, directory] of Object.entries(pack.homes ?? {})) {
      const path = config.env[name] ?? join(home, directory)
      if (existsSync(path)) env[name] = path
    }
    for (const [name, directory] of Object.entries(pack.caches ?? {})) env[name] = join(config.cacheDir, directory)
  }
  return env
}

/** The cache directories that jobs may write. */
export function cacheDirectories(config: Config, packs: readonly LanguagePack[]): string[] {
  return [...new Set(packs.flatMap(pack => Object.values(pack.caches ?? {})))].map(directory => join(config.cacheDir, directory))
}

/** What one job adds: its own places and names. */
export function jobEnvironment(machine: Readonly<Record<string, string>>, job: { id: string; project: string; subproject: string; recipe: string; sha: string; ref: string }, place: { home: string; tmp: string; reports: string; root: string }): Record<string, string> {
  return {
    ...machine,
    HOME: place.home,
    TMPDIR: place.tmp,
    CRAFTING_JOB: job.id,
    CRAFTING_PROJECT: job.project,
    CRAFTING_SUBPROJECT: job.subproject,
    CRAFTING_RECIPE: job.recipe,
    CRAFTING_SHA: job.sha,
    CRAFTING_REF: job.ref,
    CRAFTING_ROOT: place.root,
    CRAFTING_REPORTS: place.reports,
  }
}
