import type { Fixer, PackRecipe, Tree } from '../../core/contract.ts'
import { has, quote } from '../../core/parse/index.ts'

const isPackage = has('Package.swift')
const isXcode = (tree: Tree) => !isPackage(tree) && has('*.xcodeproj/project.pbxproj', '*.xcworkspace/contents.xcworkspacedata', '**/*.xcodeproj/project.pbxproj')(tree)
const isLoose = (tree: Tree) => !isPackage(tree) && !isXcode(tree) && has('**/*.swift')(tree)
const hasTests = (tree: Tree) => isPackage(tree) && (/\.testTarget\s*\(/.test(tree.read('Package.swift') ?? '') || has('Tests/**/*.swift')(tree))

/** swiftly and swiftenv follow .swift-version by themselves; without them it is said what runs. */
function version(tree: Tree): string {
  const wanted = tree.read('.swift-version')?.trim().split(/\s/, 1)[0]
  if (!wanted || !/^[\w.-]{1,60}$/.test(wanted)) return 'set -e'
  return `set -e
running=$(swift --version 2>/dev/null | sed -n 's/.*Swift version \\([0-9.]*\\).*/\\1/p' | head -n 1)
case "$running" in ${quote(wanted)}|${quote(wanted)}.*) ;; *) echo ${quote(`.swift-version asks for Swift ${wanted}:`)} "Swift $running runs." ;; esac`
}

const cache = '--cache-path "$SWIFTPM_CACHE"'
const resolve = (tree: Tree) => `${version(tree)}\nswift package resolve ${cache}`

const lint = has('.swiftlint.yml', '.swiftlint.yaml')
const format = has('.swift-format')
const reformat = has('.swiftformat')
/** Swift 6 brings the formatter along as a subcommand. */
const formatter = 'if command -v swift-format >/dev/null; then format=swift-format; else format="swift format"; fi'

/** All that is configured; of what is missing the log says so. Where nothing of it is there the job is skipped. */
function linters(tree: Tree): string {
  const optional = (tool: string, get: string, command: string) => `if command -v ${tool} >/dev/null; then ${command} || failed=1; else echo ${quote(`${tool} is configured, but not installed: ${get}`)}; fi`
  return ['failed=0',
    ...lint(tree) ? [optional('swiftlint', swiftlintGet, 'swiftlint lint --quiet')] : [],
    ...format(tree) ? [formatter, optional('swift', swiftGet, '$format lint --recursive .')] : [],
    ...reformat(tree) ? [optional('swiftformat', swiftformatGet, 'swiftformat --lint .')] : [],
    'exit $failed'].join('\n')
}

export const swiftGet = 'plugins/swift/toolchain.sh, or swiftly from swift.org/install'
export const swiftlintGet = 'plugins/swift/toolchain.sh, or the release of realm/SwiftLint for Linux'
export const swiftformatGet = 'plugins/swift/toolchain.sh, or the release of nicklockwood/SwiftFormat for Linux'

export const recipes: readonly PackRecipe[] = [
  { name: 'build', title: 'swift build', when: isPackage, needs: ['swift'], timeoutSecs: 1800, setup: resolve, run: tree => `${version(tree)}\nswift build ${cache}` },
  { name: 'build', title: 'xcodebuild', when: isXcode, needs: ['xcodebuild'], timeoutSecs: 1800, run: 'xcodebuild -quiet build CODE_SIGNING_ALLOWED=NO' },
  {
    name: 'build', title: 'parse loose sources', when: isLoose, needs: ['swiftc'], network: false,
    run: `find . -name .build -prune -o -name '*.swift' -type f -print0 | xargs -0 -r -n 50 swiftc -parse`,
  },
  // The console tells where a test failed and why; SwiftPM's xunit report tells neither, and calls skipped tests passed.
  { name: 'test', title: 'swift test', when: hasTests, needs: ['swift'], timeoutSecs: 1800, setup: resolve, run: tree => `${version(tree)}\nswift test ${cache}` },
  { name: 'lint', title: 'swiftlint', when: lint, needs: ['swiftlint'], run: linters, network: false },
  { name: 'lint', title: 'swift-format', when: format, needs: ['swift'], run: linters, network: false },
  { name: 'lint', title: 'swiftformat', when: reformat, needs: ['swiftformat'], run: linters, network: false },
]

const named = (files: readonly string[], all: string) => files.length > 0 ? files.map(quote).join(' ') : all

export const fixers: readonly Fixer[] = [
  { tool: 'swiftlint', needs: ['swiftlint'], run: ({ files }) => `swiftlint lint --fix --quiet ${named(files, '')}`.trimEnd() },
  { tool: 'swift-format', needs: ['swift'], run: ({ files }) => `${formatter}\n$format ${named(files, '--recursive .')} --in-place` },
  {
    tool: 'swiftformat', kind: 'format', needs: ['swiftformat'],
    run: ({ files, rules }) => `swiftformat ${named(files, '.')}${rules.some(rule => /^[A-Za-z]{2,60}$/.test(rule)) ? ` --rules ${rules.filter(rule => /^[A-Za-z]{2,60}$/.test(rule)).join(',')}` : ''}`,
  },
]
