import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

/** Sources by the registries' ordinary clients; kept between runs. */
const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'crafting-table-bench')

const run = (cwd: string, command: string, ...args: string[]) => execFileSync(command, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'], timeout: 240_000, encoding: 'utf8' })

/** A directory that `make` fills once. */
function once(name: string, make: (directory: string) => void): string {
  const kept = join(cache, name.replaceAll(/[^\w.@-]+/g, '-'))
  if (existsSync(kept)) return kept
  mkdirSync(cache, { recursive: true })
  const fresh = mkdtempSync(join(cache, '.new-'))
  try {
    make(fresh)
    renameSync(fresh, kept)
  } finally { rmSync(fresh, { recursive: true, force: true }) }
  return kept
}

/** The only file that ends so. */
const only = (directory: string, end: string) => join(directory, readdirSync(directory).find(name => name.endsWith(end)) ?? `nothing of ${end}`)

function unpacked(directory: string, archive: string): void {
  run(directory, 'tar', 'xf', archive, '--strip-components', '1')
  rmSync(archive)
}

/** A source distribution of PyPI. */
export const sdist = (name: string, version: string): string => once(`pypi-${name}-${version}`, directory => {
  run(directory, 'python3', '-m', 'pip', 'download', '--quiet', '--no-deps', '--no-binary', ':all:', `${name}==${version}`)
  unpacked(directory, only(directory, '.tar.gz'))
})

/** What PyPI's wheel installs. */
export const wheel = (name: string, version: string): string => once(`wheel-${name}-${version}`, directory => {
  run(directory, 'python3', '-m', 'pip', 'download', '--quiet', '--no-deps', '--only-binary', ':all:', `${name}==${version}`)
  const archive = only(directory, '.whl')
  run(directory, 'python3', '-m', 'zipfile', '-e', archive, '.')
  rmSync(archive)
})

/** A package of npm's registry. */
export const npmPackage = (name: string, version: string): string => once(`npm-${name}-${version}`, directory => {
  run(directory, 'npm', 'pack', '--silent', `${name}@${version}`)
  unpacked(directory, only(directory, '.tgz'))
})

/** A `node_modules` with these packages and what they need. */
export const nodeModules = (...packages: string[]): string => join(once(`modules-${packages.join('-')}`, directory => {
  writeFileSync(join(directory, 'package.json'), '{"private":true}')
  run(directory, 'npm', 'install', '--silent', '--no-audit', '--no-fund', '--ignore-scripts', ...packages)
}), 'node_modules')

/** A module of Go's proxy, without its write protection. */
export const goModule = (path: string, version: string): string => once(`go-${path}-${version}`, directory => {
  const { Dir: from } = JSON.parse(run(directory, 'go', 'mod', 'download', '-json', `${path}@${version}`)) as { Dir: string }
  copied(from, directory)
})

/** A crate of crates.io, with what it needs to be tested left out. */
export const crate = (name: string, version: string): string => once(`crate-${name}-${version}`, directory => {
  const probe = mkdtempSync(join(cache, '.probe-'))
  try {
    writeFileSync(join(probe, 'Cargo.toml'), `[package]\nname = "probe"\nversion = "0.1.0"\nedition = "2021"\n[lib]\npath = "probe.rs"\n[dependencies]\n${name} = { version = "=${version}", default-features = false }\n`)
    writeFileSync(join(probe, 'probe.rs'), '')
    const told = JSON.parse(run(probe, 'cargo', 'metadata', '--format-version', '1')) as { packages: { name: string; manifest_path: string }[] }
    const found = told.packages.find(one => one.name === name)
    if (!found) throw new Error(`cargo does not know ${name}`)
    copied(join(found.manifest_path, '..'), directory)
  } finally { rmSync(probe, { recursive: true, force: true }) }
})

export function copied(from: string, to: string): void {
  cpSync(from, to, { recursive: true })
  run(to, 'chmod', '-R', 'u+w', '.')
}
