import { readFileSync } from 'node:fs'
import type { Fixer } from '../../core/contract.ts'
import { quote } from '../../core/parse/index.ts'

const scripts = readFileSync(new URL('./scripts.sh', import.meta.url), 'utf8').trimEnd()

/** Runs the command with the files asked for, else with every script. */
function over(files: readonly string[], command: string): string {
  return files.length > 0 ? `${command} -- ${files.map(quote).join(' ')}` : `${scripts}\nscripts sh bash ksh bats | tr '\\n' '\\0' | xargs -0 -r ${command} --`
}

export const fixers: readonly Fixer[] = [
  {
    tool: 'shellcheck', needs: ['shellcheck', 'patch'],
    run({ rules, files }) {
      const codes = rules.filter(rule => /^SC\d+$/.test(rule))
      if (rules.length > 0 && codes.length === 0) return undefined
      const only = codes.length > 0 ? ` --include=${codes.join(',')}` : ''
      // Not `git apply`: below the root of a repository it passes over every file without a word.
      return `${over(files, `shellcheck${only} --format=diff`)} > "$TMPDIR/shellcheck.diff"\npatch -p1 --forward --no-backup-if-mismatch --silent < "$TMPDIR/shellcheck.diff"`
    },
  },
  { tool: 'shfmt', kind: 'format', needs: ['shfmt'], run: ({ files }) => over(files, 'shfmt -w') },
]
