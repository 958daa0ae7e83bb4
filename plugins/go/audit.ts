import type { Tree } from '../../core/contract.ts'
import { quote } from '../../core/parse/index.ts'
import { calls, patternsOf } from './project.ts'

/**
 * govulncheck looks once, into the report, and tells people from that. CRAFTING's log must not say it in the words that are read, since the text knows
 * no aliases. GOVULNDB names another database than vuln.go.dev. Its status: 3 where something vulnerable is called.
 */
export function govulncheck(tree: Tree): string {
  const patterns = patternsOf(tree).map(quote).join(' ')
  return `report="$CRAFTING_REPORTS/govulncheck.json"
  if govulncheck \${GOVULNDB:+-db "$GOVULNDB"} -format json ${patterns} > "$report"; then
    govulncheck -mode convert < "$report" > "$TMPDIR/govulncheck.txt"; status=$?
    sed 's/^Vulnerability #/Vulnerability /' "$TMPDIR/govulncheck.txt"
    [ $status -eq 0 ]
  else
    echo 'nothing was audited: govulncheck could not look (its database is vuln.go.dev, or what GOVULNDB names)' >&2
    false
  fi`
}

/** gosec reads the code; it runs where the project has it. */
export function gosec(tree: Tree): readonly string[] {
  const config = ['gosec.json', '.gosec.json', '.gosec.config.json'].find(name => tree.has(name))
  if (config === undefined && !calls(tree, /\bgosec\b/)) return []
  return [`if command -v gosec >/dev/null 2>&1; then gosec -quiet -fmt golint${config ? ` -conf ${quote(config)}` : ''} ${patternsOf(tree).map(quote).join(' ')}; else echo 'gosec is not installed: the code is not scanned'; fi`]
}
