import { readFileSync } from 'node:fs'
import type { Tree } from '../../core/contract.ts'
import { quote } from '../../core/parse/index.ts'
import { importPath, isModule } from './project.ts'

const renderer = readFileSync(new URL('./render.go', import.meta.url), 'utf8')

/** The version that the tree asks for beside go.mod, which the go command reads itself. */
export function pinned(tree: Tree): { version: string; file: string } | undefined {
  if (/^toolchain /m.test((tree.read('go.work') ?? '') + (tree.read('go.mod') ?? ''))) return undefined
  const plain = /^\s*(?:go)?(?<version>\d+\.\d+(?:\.\d+)?)\s*$/m.exec(tree.read('.go-version') ?? '')?.groups?.version
  if (plain) return { version: plain, file: '.go-version' }
  const asdf = /^(?:golang|go)\s+(?<version>\d+\.\d+(?:\.\d+)?)/m.exec(tree.read('.tool-versions') ?? '')?.groups?.version
  return asdf ? { version: asdf, file: '.tool-versions' } : undefined
}

/**
 * In front of every command. The go command fetches the toolchain that go.mod asks for; where it cannot be had, the machine's own runs, and the log says so.
 * Commits are not stamped into binaries that nobody keeps.
 */
export function prelude(tree: Tree): string {
  return [
    'export GOFLAGS="${GOFLAGS:+$GOFLAGS }-buildvcs=false"',
    ...pin(tree),
    `if ! go version >/dev/null 2>&1; then
  echo "the Go toolchain that ${tree.has('go.work') ? 'go.work' : 'go.mod'} asks for cannot be had: $(GOTOOLCHAIN=local go version) runs"
  export GOTOOLCHAIN=local
fi`,
    ...(isModule(tree) ? [] : [beforeModules(tree)]),
  ].join('\n')
}

function pin(tree: Tree): string[] {
  const want = pinned(tree)
  if (!want) return []
  const full = /^\d+\.\d+$/.test(want.version) ? `${want.version}.0` : want.version
  // Only since 1.21 are toolchains modules, and only then does go.mod's own line matter.
  return [`if GOTOOLCHAIN=go${full}+auto go version >/dev/null 2>&1; then export GOTOOLCHAIN=go${full}+auto
else echo "Go ${want.version} (${want.file}) cannot be had: $(go version) runs"; fi`]
}

/** A tree from before modules belongs below a GOPATH, under its import path. */
function beforeModules(tree: Tree): string {
  const path = importPath(tree)
  return `export GO111MODULE=off GOPATH="$HOME/go"
echo "there is no go.mod: built as ${path} below a GOPATH"
mkdir -p "$GOPATH/src/$(dirname ${quote(path)})"
ln -sfn "$PWD" "$GOPATH/src/"${quote(path)}
cd "$GOPATH/src/"${quote(path)}`
}

/** All commands run; one that fails fails the job. */
export function all(tree: Tree, commands: readonly string[]): string {
  return [prelude(tree), 'failed=0', ...commands.map(command => `{ ${command}\n} || failed=1`), 'exit $failed'].join('\n')
}

/**
 * Runs `go test` with its events in a report, and for people what failed. The renderer is compiled once and then comes from Go's cache; where that
 * fails (a Go that is not whole), the plain text says as much.
 */
export function goTest(tree: Tree, flags: readonly string[], patterns: readonly string[]): string {
  const race = flags.includes('-race')
  return [
    prelude(tree),
    `set -- ${[...flags.filter(flag => flag !== '-race'), ...patterns].map(quote).join(' ')}`,
    ...(race ? ['if [ "$(go env CGO_ENABLED)" = 1 ] && command -v "$(go env CC)" >/dev/null 2>&1; then set -- -race "$@"; else echo \'the race detector wants a C compiler: without it\'; fi'] : []),
    `if go help testflag | grep -q -e -fullpath; then set -- -fullpath "$@"; fi
mkdir -p "$TMPDIR/render"
cat > "$TMPDIR/render/render.go" <<'END'
${renderer}END
if (cd "$TMPDIR/render" && GOFLAGS= GOWORK=off GO111MODULE=off go build -o render render.go); then
  { go test -json "$@"; echo $? > "$TMPDIR/render/status"; } | "$TMPDIR/render/render" "$CRAFTING_REPORTS/go-test.json"
  exit "$(cat "$TMPDIR/render/status")"
fi
go test -v "$@"`,
  ].join('\n')
}
