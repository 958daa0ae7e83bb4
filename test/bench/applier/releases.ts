import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { goModule, npmPackage, wheel } from '../seeded/fetch.ts'

/** Neighbouring releases of packages that people know: what changed between two of them is real work on real code. */
const packages: readonly { name: string; fetch: (version: string) => string; versions: readonly string[] }[] = [
  { name: 'requests', fetch: version => wheel('requests', version), versions: ['2.25.0', '2.26.0', '2.27.0', '2.28.0', '2.29.0', '2.31.0', '2.32.0'] },
  { name: 'click', fetch: version => wheel('click', version), versions: ['8.0.0', '8.0.2', '8.0.4', '8.1.0', '8.1.3', '8.1.7'] },
  { name: 'flask', fetch: version => wheel('flask', version), versions: ['2.0.1', '2.0.3', '2.1.0', '2.1.3', '2.2.0', '2.2.5', '2.3.0'] },
  { name: 'commander', fetch: version => npmPackage('commander', version), versions: ['5.0.0', '5.1.0', '6.0.0', '6.2.0', '7.0.0', '7.2.0', '8.0.0', '8.3.0', '9.0.0', '9.5.0', '10.0.0'] },
  { name: 'express', fetch: version => npmPackage('express', version), versions: ['4.16.0', '4.16.4', '4.17.0', '4.17.3', '4.18.0', '4.18.3', '4.19.2', '4.21.0'] },
  { name: 'mux', fetch: version => goModule('github.com/gorilla/mux', version), versions: ['v1.6.0', 'v1.6.2', 'v1.7.0', 'v1.7.2', 'v1.7.4', 'v1.8.0', 'v1.8.1'] },
  { name: 'cobra', fetch: version => goModule('github.com/spf13/cobra', version), versions: ['v1.0.0', 'v1.1.0', 'v1.1.3', 'v1.2.0', 'v1.3.0', 'v1.5.0', 'v1.7.0', 'v1.8.0'] },
]

/** A repository for each package, a commit for each release; answers their directories. */
export function releasesIn(root: string): string[] {
  return packages.map(({ name, fetch, versions }) => {
    const directory = join(root, name)
    mkdirSync(directory)
    const git = (...args: string[]) => execFileSync('git', ['-c', 'user.name=bench', '-c', 'user.email=bench@localhost', '-c', 'commit.gpgsign=false', '-c', 'core.autocrlf=false', ...args], { cwd: directory, stdio: ['ignore', 'ignore', 'pipe'] })
    git('init', '-q', '-b', 'main')
    for (const version of versions) {
      for (const entry of readdirSync(directory).filter(one => one !== '.git')) rmSync(join(directory, entry), { recursive: true })
      for (const entry of readdirSync(fetch(version)).filter(one => !one.endsWith('.dist-info') && one !== '.git')) cpSync(join(fetch(version), entry), join(directory, entry), { recursive: true })
      git('add', '-A', '-f', '.')
      git('commit', '-qm', version, '--allow-empty')
    }
    return directory
  })
}
