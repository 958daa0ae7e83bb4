import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Finding } from '../../../core/contract.ts'
import { extract } from '../../../core/findings/extract.ts'
import { builtinPluginsDir, loadPlugins, parsersFor } from '../../../core/plugins.ts'

/** One commit with what a linter says of it. */
export interface Snapshot {
  sha: string
  findings: readonly Finding[]
  /** The lines of every file that a finding names. */
  files: ReadonlyMap<string, readonly string[]>
}

export interface Linter { name: string; language: string; extension: RegExp; command(files: readonly string[], scratch: string): readonly [string, ...string[]] }

const oxlint = fileURLToPath(new URL('../../../node_modules/.bin/oxlint', import.meta.url))

/** Nothing of the repository's own configuration counts: every commit is judged by the same rules. */
export const linters: readonly Linter[] = [
  {
    name: 'oxlint', language: 'ts', extension: /\.[cm]?[jt]sx?$/,
    command(_, scratch) {
      const config = join(scratch, 'oxlint.json')
      if (!existsSync(config)) writeFileSync(config, JSON.stringify({ categories: Object.fromEntries(['correctness', 'suspicious', 'pedantic', 'perf'].map(name => [name, 'warn'])) }))
      return [oxlint, '-c', config, '--disable-nested-config', '--no-ignore', '-f', 'json', '.']
    },
  },
  { name: 'ruff', language: 'python', extension: /\.py$/, command: () => ['ruff', 'check', '--isolated', '--no-cache', '--quiet', '--select', 'ALL', '--ignore', 'D203,D212', '--output-format', 'json', '.'] },
  { name: 'shellcheck', language: 'bash', extension: /\.(?:ba)?sh$/, command: files => ['shellcheck', '-s', 'bash', '-f', 'json1', ...files] },
]

const maxFile = 300_000
const { packs } = await loadPlugins([builtinPluginsDir])
const scratch = mkdtempSync(join(tmpdir(), 'bench-tracking-'))

/** Lints a working tree. Bundles and minified files are nobody's code: files above 300 kB are left out. */
export async function lint(linter: Linter, directory: string, sha: string): Promise<Snapshot> {
  const tracked = execFileSync('git', ['-C', directory, 'ls-files', '-z'], { encoding: 'utf8', maxBuffer: 2 ** 28 }).split('\0').filter(path => linter.extension.test(path) && statSync(join(directory, path), { throwIfNoEntry: false })?.isFile())
  const files = tracked.filter(path => statSync(join(directory, path)).size <= maxFile)
  if (files.length === 0) return { sha, findings: [], files: new Map() }
  const [program, ...args] = linter.command(files, scratch)
  const ran = spawnSync(program, args, { cwd: directory, encoding: 'utf8', maxBuffer: 2 ** 29 })
  if (ran.error) throw new Error(`${linter.name} cannot be run: ${ran.error.message}`)
  const report = join(scratch, 'report.json')
  writeFileSync(report, ran.stdout)
  const read = await extract({
    reports: [{ path: 'report.json', absolute: report }], parsers: parsersFor(packs, linter.language), limits: { findings: 1_000_000 },
    place: { root: directory, directory: '', files: path => existsSync(join(directory, path)) },
  })
  const known = new Set(files)
  const findings = read.findings.filter(one => one.file !== undefined && one.line !== undefined && known.has(one.file))
  const named = new Set(findings.map(one => one.file ?? ''))
  return { sha, findings, files: new Map(files.filter(path => named.has(path)).map(path => [path, readFileSync(join(directory, path), 'utf8').split(/\r\n|\n|\r/)])) }
}

/** The commits of the first-parent line, oldest first; of more than `most`, the newest. */
export function commitsOf(repository: string, most: number): string[] {
  return execFileSync('git', ['-C', repository, 'rev-list', '--first-parent', '--reverse', `--max-count=${most}`, 'HEAD'], { encoding: 'utf8' }).trim().split('\n')
}

/** A clone of its own to check out and commit in. */
export function cloneOf(repository: string): string {
  const directory = join(mkdtempSync(join(tmpdir(), 'bench-tracking-')), 'clone')
  execFileSync('git', ['clone', '--quiet', '--no-hardlinks', repository, directory], { stdio: ['ignore', 'ignore', 'inherit'] })
  return directory
}

export function checkout(directory: string, sha: string): void {
  execFileSync('git', ['-C', directory, 'checkout', '--quiet', '--force', '--detach', sha])
  execFileSync('git', ['-C', directory, 'clean', '-qfdx'])
}
