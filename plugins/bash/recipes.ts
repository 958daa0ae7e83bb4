import { readFileSync } from 'node:fs'
import type { PackRecipe, Tree } from '../../core/contract.ts'
import { has, quote } from '../../core/parse/index.ts'

const scripts = readFileSync(new URL('./scripts.sh', import.meta.url), 'utf8').trimEnd()
/** For tools that take many files at once. */
const each = (shells: string, command: string) => `scripts ${shells} | tr '\\n' '\\0' | xargs -0 -r ${command}`

const suites = ['test.sh', 'tests.sh', 'run-tests.sh', 'run_tests.sh', 'runtests.sh', 'test/test.sh', 'tests/test.sh', 'test/run.sh', 'tests/run.sh', 'test/run*.sh', 'tests/run*.sh']

/** Directories with tests of the repository's own: bats and its libraries are often checked in, with their tests. */
function batsDirectories(tree: Tree): string[] {
  const own = tree.find('**/*.bats').filter(path => !/(?:^|\/)(?:bats|bats-[\w-]+|test_helper|fixtures)\//.test(path))
  return [...new Set(own.map(path => path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '.'))]
}

/** A makefile's own tests. */
function testTarget(tree: Tree): string | undefined {
  const text = ['GNUmakefile', 'makefile', 'Makefile'].map(name => tree.read(name)).find(found => found !== undefined) ?? ''
  return ['test', 'check', 'tests'].find(name => new RegExp(String.raw`^${name}[ \t]*::?(?!=)`, 'm').test(text))
}

const manifests = has('CMakeLists.txt', 'meson.build', 'configure', 'configure.ac', 'go.mod', 'Cargo.toml', 'package.json', 'pyproject.toml', 'setup.py', 'Package.swift', 'pom.xml', 'build.gradle', 'build.gradle.kts', 'composer.json', 'Gemfile', '*.gemspec', '*.csproj', '*.sln')

/** Whether scripts are all there is. Where there is more, `make test` and `tests/run.sh` are the other language's. */
const isPure = (tree: Tree) => !manifests(tree) && tree.find('**/*.{c,cc,cpp,cxx}').length === 0

/** shfmt is wanted where `.editorconfig` speaks of shell scripts: that is its own way of being configured. */
export function wantsShfmt(tree: Tree): boolean {
  return /^\s*(?:\[[^\]\n]*\b(?:sh|bash|bats|shell)\b[^\]\n]*\]|(?:shell_variant|binary_next_line|switch_case_indent|space_redirects|function_next_line)\s*=)/m.test(tree.read('.editorconfig') ?? '')
}

const isConfigured = has('.shellcheckrc', 'shellcheckrc', '**/.shellcheckrc')

function lint(tree: Tree): string {
  const configured = isConfigured(tree)
  // Unless the repository has rules of its own: a file to be sourced needs no first line, whatever SC2148 says, and that
  // shellcheck did not follow a source (SC1091) is no fault of the script.
  const options = configured ? '' : ' --exclude=SC1091,SC2148'
  const format = wantsShfmt(tree) ? `\nif command -v shfmt >/dev/null; then ${each('sh bash ksh bats', 'shfmt -d --')} || failed=1; fi` : ''
  return `${scripts}
failed=0
report="$CRAFTING_REPORTS/shellcheck.json"
${each('sh bash ksh bats', `shellcheck${options} --format=json1 --`)} >"$report" &
${each('sh bash ksh bats', `shellcheck${options} --color=never --`)}${configured ? " || { failed=1; echo 'There is a .shellcheckrc, so whatever shellcheck says counts.'; }" : ''}
wait $! || [ -s "$report" ] || failed=1${configured
    ? ''
    : `\n# Without a configuration, only errors are the repository's fault.\nif grep -q '"level":"error"' "$report"; then failed=1; fi`}${format}
exit $failed`
}

/** No distribution has it, so a job gets it for itself where it is not installed; a release of 80 KB, without dependencies. */
const getShellspec = `command -v shellspec >/dev/null && exit 0
archive="$TMPDIR/shellspec.tar.gz"
curl -fsSL --connect-timeout 20 -o "$archive" "\${SHELLSPEC_MIRROR:-https://github.com/shellspec/shellspec/releases/download}/0.28.1/shellspec-dist.tar.gz" &&
  echo "350d3de04ba61505c54eda31a3c2ee912700f1758b1a80a284bc08fd8b6c5992  $archive" | sha256sum -c --quiet - &&
  tar -xzf "$archive" -C "$HOME" && exit 0
echo 'shellspec is not installed and could not be fetched: install it (https://shellspec.info), or set SHELLSPEC_MIRROR to where its releases can be had'
exit 1`

export const recipes: readonly PackRecipe[] = [
  {
    name: 'build', title: 'syntax', needs: ['bash'], network: false,
    when: () => true,
    run: `${scripts}
check() {
  failed=0
  while IFS= read -r file; do "$@" "$file" || failed=1; done
  return $failed
}
status=0
scripts bash | check bash -n -- || status=1
scripts sh | check "$(command -v dash || echo sh)" -n -- || status=1
exit $status`,
  },
  {
    name: 'test', title: 'bats', needs: ['bats'],
    when: tree => batsDirectories(tree).length > 0,
    run: tree => `bats --tap --timing ${batsDirectories(tree).map(quote).join(' ')}`,
  },
  {
    name: 'test', title: 'shellspec',
    when: has('.shellspec'),
    setup: getShellspec,
    run: `PATH="$HOME/shellspec:$PATH"\nshellspec --no-color`,
  },
  {
    name: 'test', title: 'make test', needs: ['make'],
    when: tree => isPure(tree) && testTarget(tree) !== undefined,
    run: tree => `make -k ${testTarget(tree) ?? 'test'}`,
  },
  {
    name: 'test', title: 'test script', needs: ['bash'],
    when: tree => isPure(tree) && has(...suites)(tree),
    run(tree) {
      const script = quote(`./${suites.flatMap(glob => tree.find(glob))[0] ?? suites[0]}`)
      return `if [ -x ${script} ]; then ${script}; else bash ${script}; fi`
    },
  },
  {
    name: 'lint', title: 'shellcheck', needs: ['shellcheck'], network: false,
    when: () => true,
    run: lint,
  },
]
