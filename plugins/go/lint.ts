import type { Tree } from '../../core/contract.ts'
import { quote } from '../../core/parse/index.ts'
import { calls, golangciConfig, lintersOf, membersOf, patternsOf } from './project.ts'

/**
 * golangci-lint with the project's configuration, module by module. A configuration of version 1 is migrated for a golangci-lint of version 2, in a copy that goes again.
 * Its default of three equal issues would make findings come and go.
 */
function golangci(tree: Tree): string {
  const { path: config, text } = golangciConfig(tree) ?? { path: '', text: '' }
  const isOld = !/^\s*["']?version["']?\s*[:=]\s*["']?2/m.test(text)
  const caps = /max-(?:issues-per-linter|same-issues)/.test(text) ? '' : ' --max-issues-per-linter=0 --max-same-issues=0'
  // Beside the original: paths in a configuration begin where it lies.
  const migrated = config.replace('.golangci.', '.golangci.migrated.')
  const members = membersOf(tree)
  const where = members.length === 0 ? ['.'] : members
  return `version=$(golangci-lint version 2>/dev/null | grep -oE '[0-9]+\\.[0-9]+' | head -n 1)
  config="$PWD/"${quote(config)}
  case $version in
    1.*) report() { echo "--out-format=line-number,json:$1"; } ;;
    *) report() { echo "--output.text.path=stdout --output.json.path=$1"; }${isOld ? `
      echo "${config} is of version 1; golangci-lint $version runs it migrated"
      cp "$config" ${quote(migrated)} && config="$PWD/"${quote(migrated)}
      golangci-lint migrate --skip-validation -c "$config" >/dev/null 2>&1 || echo 'it could not be migrated'` : ''} ;;
  esac
  status=0 number=0
  for module in ${where.map(quote).join(' ')}; do
    number=$((number + 1))
    (cd "$module" && golangci-lint run${caps} -c "$config" $(report "$CRAFTING_REPORTS/golangci-lint-$number.json") ./...) || status=1
  done${isOld ? `
  rm -f ${config.startsWith('../') ? config.slice(0, config.lastIndexOf('/') + 1) : ''}.golangci.migrated.*` : ''}
  [ $status -eq 0 ]`
}

export function lintCommands(tree: Tree): readonly string[] {
  const patterns = patternsOf(tree).map(quote).join(' ')
  return lintersOf(tree).map(name => {
    if (name === 'golangci-lint') return golangci(tree)
    if (name === 'staticcheck') return `staticcheck ${patterns}`
    return `revive -config ${tree.has('revive.toml') ? 'revive.toml' : '.revive.toml'} -formatter plain ${patterns}`
  })
}

const sources = `find . -name '*.go' -not -path '*/vendor/*' -not -path '*/testdata/*' -not -path '*/.*' -not -path '*/_*' -not -name '*.pb.go' -exec`

/** What Go brings itself. It fails only a project that calls it itself. */
export function vetCommands(tree: Tree): readonly string[] {
  const patterns = patternsOf(tree).map(quote).join(' ')
  const vet = `go vet ${patterns}`
  return [
    calls(tree, /\bgo vet\b/) ? vet : `${vet} || true`,
    // gofmt's status says nothing of what it lists.
    `unformatted=$(${sources} gofmt -l {} +); [ -z "$unformatted" ] || { echo "gofmt -l ."; echo "$unformatted"; ${calls(tree, /\b(?:gofmt|go fmt|goimports|gofumpt)\b/) ? 'false' : 'true'}; }`,
  ]
}
