import type { Tree } from '../../core/contract.ts'
import { quote } from '../../core/parse/index.ts'

/** A toolchain that the repository asks for: rustup's book, "The toolchain file". */
export interface Pin { file: string; channel: string; components: readonly string[]; targets: readonly string[] }

export function pinOf(tree: Tree): Pin | undefined {
  for (let here: Tree | undefined = tree; here; here = here.parent) {
    for (const file of ['rust-toolchain', 'rust-toolchain.toml']) {
      const text = here.read(file)
      if (text === undefined) continue
      const channel = /^\s*channel\s*=\s*["'](?<channel>[\w.-]{1,60})["']/m.exec(text)?.groups?.channel ?? /^\s*(?<channel>[\w.-]{1,60})\s*$/.exec(text)?.groups?.channel
      return channel === undefined ? undefined : { file, channel, components: listIn(text, 'components'), targets: listIn(text, 'targets') }
    }
  }
  return undefined
}

/** A file that asks for components or targets only: rustup would install these where nothing may be written. */
const namesNone = (tree: Tree): boolean => {
  for (let here: Tree | undefined = tree; here; here = here.parent) if (here.has('rust-toolchain.toml') || here.has('rust-toolchain')) return true
  return false
}

const machines = `RUSTUP_TOOLCHAIN=$(rustup default | cut -d ' ' -f 1)
  export RUSTUP_TOOLCHAIN`

function listIn(text: string, key: string): readonly string[] {
  const inside = new RegExp(`^\\s*${key}\\s*=\\s*\\[([^\\]]{0,2000})\\]`, 'm').exec(text)?.[1] ?? ''
  return [...inside.matchAll(/["'](?<name>[\w.-]{1,60})["']/g)].map(found => found.groups?.name ?? '')
}

/**
 * rustup's home is the machine's and read-only; a toolchain that is not there goes into the cache, and stays for all projects.
 * Nothing is installed behind a job's back while it runs.
 */
const place = 'cached="${CARGO_HOME:-$HOME/.cargo}/rustup"\nexport RUSTUP_AUTO_INSTALL=0'

/** Fetches the toolchain where the machine lacks it, or what the recipe needs of it. */
export function fetchPinned(tree: Tree, probe: string): string | undefined {
  const pin = pinOf(tree)
  if (!pin) return undefined
  const components = [...new Set(['clippy', 'rustfmt', ...pin.components])].map(name => ` -c ${quote(name)}`).join('')
  const targets = pin.targets.map(name => ` -t ${quote(name)}`).join('')
  const install = `rustup toolchain install ${quote(pin.channel)} --no-self-update --profile minimal`
  return `${place}
if command -v rustup >/dev/null 2>&1 && ! RUSTUP_TOOLCHAIN=${quote(pin.channel)} ${probe} >/dev/null 2>&1; then
  export RUSTUP_HOME="$cached"
  if ! RUSTUP_TOOLCHAIN=${quote(pin.channel)} ${probe} >/dev/null 2>&1; then
    mkdir -p "$cached"
    (flock 9; ${install}${components}${targets} || ${install}) 9>"$cached.lock" || echo '${pin.channel}, which ${pin.file} asks for, could not be fetched'
  fi
fi`
}

/** Runs with the toolchain that the repository asks for; where it is not to be had with what is there, and says so. */
export function usePinned(tree: Tree, probe: string): string {
  const pin = pinOf(tree)
  if (!pin) return namesNone(tree) ? `if command -v rustup >/dev/null 2>&1; then
  ${machines}
fi
` : ''
  const asked = `${pin.file} asks for ${pin.channel}`
  return `${place}
if ! command -v rustup >/dev/null 2>&1; then
  case "$(rustc --version)" in *' ${pin.channel}'*) ;; *) echo "${asked}, and there is no rustup to fetch it: $(rustc --version) is used" ;; esac
elif RUSTUP_TOOLCHAIN=${quote(pin.channel)} ${probe} >/dev/null 2>&1; then export RUSTUP_TOOLCHAIN=${quote(pin.channel)}
elif RUSTUP_HOME="$cached" RUSTUP_TOOLCHAIN=${quote(pin.channel)} ${probe} >/dev/null 2>&1; then export RUSTUP_HOME="$cached" RUSTUP_TOOLCHAIN=${quote(pin.channel)}
else
  ${machines}
  echo "${asked}, which is not to be had (rustup toolchain install ${pin.channel}): $(rustc --version) is used"
fi
`
}
