import type { PackRecipe, Tree } from '../../core/contract.ts'
import { has, quote, str } from '../../core/parse/index.ts'
import { formatRules, globalJson, hasTests, isLegacy, isLocked, localTools, runnerOf, targetsOf } from './project.ts'

/**
 * Environment variables are properties to MSBuild. Nothing may outlive the job (build servers), nobody is asked or greeted, and
 * messages are in English and in the classic form: the terminal logger is made for eyes.
 */
const environment = 'export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_GENERATE_ASPNET_CERTIFICATE=false DOTNET_CLI_UI_LANGUAGE=en MSBUILDTERMINALLOGGER=off MSBUILDDISABLENODEREUSE=1 DOTNET_CLI_USE_MSBUILD_SERVER=0 UseSharedCompilation=false EnableWindowsTargeting=true'

/** The SDK of global.json where it is there; else what is there runs, from a directory whose global.json does not name one. */
function prelude(tree: Tree): string {
  const file = globalJson(tree)
  const wanted = str(file, 'sdk', 'version')
  if (wanted === undefined) return `set -e\nhere=$PWD\n${environment}`
  const { sdk: _sdk, ...others } = file as Record<string, unknown>
  return `set -e
here=$PWD
${environment}
if ! dotnet --version >/dev/null 2>&1; then
  mkdir -p "$TMPDIR/sdk"
  cd "$TMPDIR/sdk"
  printf '%s\\n' ${quote(JSON.stringify(others))} >global.json
  echo ${quote(`global.json asks for the .NET SDK ${wanted} (rollForward: ${str(file, 'sdk', 'rollForward') ?? 'default'}): it is not here.`)} "$(dotnet --version) runs."
fi`
}

const path = (target: string) => `"$here"/${quote(target)}`
const each = (tree: Tree, command: (target: string) => string) => targetsOf(tree).map(target => command(path(target))).join('\n')

/** All commands run; one that fails fails the job. */
const all = (tree: Tree, commands: readonly string[]) => [prelude(tree), 'failed=0', ...commands.map(command => `${command} || failed=1`), 'exit $failed'].join('\n')

export const restore = (tree: Tree) => [
  prelude(tree),
  Object.keys(localTools(tree)).length > 0 ? '(cd "$here" && dotnet tool restore) || echo "The local tools could not be restored."' : '',
  each(tree, target => `dotnet restore ${target}${isLocked(tree) ? ' --locked-mode' : ''}`),
].filter(Boolean).join('\n')

function test(tree: Tree): string {
  const results = '--results-directory "$CRAFTING_REPORTS"'
  const command = {
    vstest: (target: string) => `dotnet test ${target} --no-restore --logger 'console;verbosity=normal' --logger 'trx;LogFilePrefix=tests' ${results}`,
    bridged: (target: string) => `dotnet test ${target} --no-restore`,
    platform: (target: string) => `dotnet test ${/\.slnx?$/.test(target.replace(/'$/, '')) ? '--solution' : '--project'} ${target} --no-restore ${results}`,
  }[runnerOf(tree)]
  return all(tree, targetsOf(tree).map(target => command(path(target))))
}

/** The project's own linters, with its own configuration. */
function linters(tree: Tree): readonly string[] {
  const tools = localTools(tree)
  const rules = formatRules(tree)
  const targets = targetsOf(tree).map(path)
  const old = tools['csharpier']?.startsWith('0.')
  const has = (name: string) => Object.hasOwn(tools, name)
  return [
    ...rules === undefined ? [] : targets.map(target => `dotnet format ${rules === 'style' ? '' : 'whitespace '}${target} --verify-no-changes --no-restore`),
    ...has('csharpier') ? [`(cd "$here" && dotnet csharpier ${old ? '--check' : 'check'} .)`] : [],
    ...has('fantomas') ? ['(cd "$here" && dotnet fantomas --check .)'] : [],
    ...has('dotnet-fsharplint') ? targets.map(target => `(cd "$here" && dotnet fsharplint lint ${target})`) : [],
    ...has('roslynator.dotnet.cli') ? targets.map(target => `(cd "$here" && dotnet roslynator analyze ${target})`) : [],
    ...has('jetbrains.resharper.globaltools') ? targets.map((target, index) => `(cd "$here" && dotnet jb inspectcode ${target} --format=Sarif --output="$CRAFTING_REPORTS/inspectcode-${index}.sarif")`) : [],
  ]
}

/**
 * The command's exit status says nothing of what it found. In JSON (since 7.0.200) what could not be asked is named beside it;
 * a source that knows no vulnerabilities (NU1905) has not said that there are none.
 */
function audit(tree: Tree): string {
  return `${prelude(tree)}
failed=0
audit() {
  report="$CRAFTING_REPORTS/nuget-$1.json"
  if dotnet list "$2" package --vulnerable --include-transitive --format json >"$report" 2>"$TMPDIR/audit.err" && grep -q '"projects"' "$report"; then
    if grep -q -e NU1905 -e '"level": *"error"' "$report"; then cat "$report"; echo "NuGet could not be asked for vulnerabilities." >&2; failed=1; fi
    if grep -q '"vulnerabilities"' "$report"; then failed=1; dotnet list "$2" package --vulnerable --include-transitive; else echo "No vulnerable packages in $2."; fi
  elif grep -q -i -e 'unrecognized' -e '--format' "$TMPDIR/audit.err" "$report"; then
    rm -f "$report"
    dotnet list "$2" package --vulnerable --include-transitive >"$TMPDIR/audit.txt" || failed=1
    cat "$TMPDIR/audit.txt"
    if grep -q 'has the following vulnerable packages' "$TMPDIR/audit.txt"; then failed=1; fi
  else
    cat "$report" "$TMPDIR/audit.err" >&2
    rm -f "$report"
    echo "The packages could not be audited." >&2
    failed=1
  fi
}
${targetsOf(tree).map((target, index) => `audit ${index} ${path(target)}`).join('\n')}
exit $failed`
}

const isSdk = (tree: Tree) => targetsOf(tree).length > 0 && !isLegacy(tree)

export const recipes: readonly PackRecipe[] = [
  {
    name: 'build', title: 'msbuild', when: isLegacy, needs: ['xbuild'], timeoutSecs: 1800,
    setup: tree => has('packages.config', '**/packages.config')(tree) ? `if command -v nuget >/dev/null; then ${targetsOf(tree).map(target => `nuget restore ${quote(target)}`).join(' && ')}; else echo 'nuget is not installed: packages are not restored.'; fi` : undefined,
    run: tree => `set -e\nif command -v msbuild >/dev/null; then build='msbuild -nologo -m'; else build='xbuild /nologo'; fi\n${targetsOf(tree).map(target => `$build ${quote(target)}`).join('\n')}`,
  },
  {
    name: 'build', title: 'dotnet build', when: isSdk, needs: ['dotnet'], timeoutSecs: 1800, setup: restore,
    run: tree => all(tree, targetsOf(tree).map(target => `dotnet build ${path(target)} --no-restore -clp:NoSummary`)),
  },
  { name: 'test', title: 'dotnet test', when: tree => isSdk(tree) && hasTests(tree), needs: ['dotnet'], timeoutSecs: 1800, setup: restore, run: test },
  { name: 'lint', title: 'configured linters', when: tree => isSdk(tree) && linters(tree).length > 0, needs: ['dotnet'], timeoutSecs: 1800, setup: restore, run: tree => all(tree, linters(tree)) },
  {
    name: 'audit', title: 'dotnet list package --vulnerable', when: isSdk, needs: ['dotnet'],
    setup: restore, run: audit,
  },
]
