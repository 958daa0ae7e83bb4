import type { Fixer, Tree } from '../../core/contract.ts'
import { quote } from '../../core/parse/index.ts'
import { cmakeConfigure, cmakeTree, filesNamed, sourceGlobs, headerGlobs, tidy } from './recipes.ts'

const isHeader = (file: string) => /\.(?:h|hh|hpp|hxx)$/i.test(file)
const words = (values: readonly string[]) => values.map(quote).join(' ')

/** Prepares the compilation database outside of the tree; its directory, undefined where the project has none. */
function database(tree: Tree): { configure: string; directory: string } | undefined {
  if (tree.has('CMakeLists.txt')) return { configure: cmakeConfigure, directory: cmakeTree }
  if (tree.has('meson.build')) return { configure: `meson setup ${cmakeTree}`, directory: cmakeTree }
  return undefined
}

export const fixers: readonly Fixer[] = [
  {
    tool: 'clang-format', kind: 'format', needs: ['clang-format'],
    run({ tree, files }) {
      // Without a style of the project's own every line would change.
      if (!tree.has('.clang-format') && !tree.has('_clang-format')) return undefined
      return files.length > 0 ? `clang-format -i ${words(files)}` : `${filesNamed(...sourceGlobs, ...headerGlobs)} | xargs -0 -r clang-format -i`
    },
  },
  {
    tool: 'clang-tidy', needs: ['clang-tidy'],
    run({ tree, rules, files }) {
      const checks = rules.filter(rule => /^[a-z][\w.-]*$/i.test(rule))
      if (rules.length > 0 && checks.length === 0) return undefined
      const only = checks.length > 0 ? `--checks=${quote(['-*', ...checks].join(','))}` : ''
      // A header has no command of its own: it is repaired through what includes it.
      const headers = files.filter(isHeader).map(file => file.slice(file.lastIndexOf('/') + 1).replace(/[^\w-]/g, String.raw`\$&`))
      const reach = headers.length > 0 ? ` --header-filter=${quote(`(^|/)(${headers.join('|')})$`)}` : ''
      const options = `--fix ${only}${reach}`
      const known = database(tree)
      if (!known) return files.length > 0 ? `clang-tidy --quiet ${options} ${words(files)} -- -I. -Iinclude -Isrc` : undefined
      const sources = files.filter(file => !isHeader(file))
      const command = headers.length > 0 || sources.length === 0 ? tidy(known.directory, options) : `clang-tidy -p ${known.directory} --quiet ${options} ${words(sources)}`
      return `set -e\n${known.configure} >"$TMPDIR/configure.log" 2>&1 || { cat "$TMPDIR/configure.log"; exit 1; }\n${command}`
    },
  },
]
