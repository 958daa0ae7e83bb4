import type { PackRecipe, Tree } from '../../core/contract.ts'
import { has } from '../../core/parse/index.ts'

/** CMake prints absolute source paths, so its build tree may stand outside the workspace. Meson prints relative ones. */
export const cmakeTree = '"$TMPDIR/build"'
const mesonTree = 'build-crafting'
const jobs = '"$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)"'

const skipped = ['.git', 'build', 'build-*', '_build', 'node_modules', 'vendor', 'third_party', 'third-party', 'external', 'CMakeFiles', 'testdata', 'test-data', 'test_data', 'fixtures']
export const sourceGlobs = ['*.c', '*.cc', '*.cpp', '*.cxx']
export const headerGlobs = ['*.h', '*.hh', '*.hpp', '*.hxx']
export const filesNamed = (...names: string[]) =>
  `find . -type d \\( ${skipped.map(name => `-name '${name}'`).join(' -o ')} \\) -prune -o -type f \\( ${names.map(name => `-name '${name}'`).join(' -o ')} \\) -print0`

const sources = (tree: Tree) => tree.find('**/*.{c,cc,cpp,cxx}').length > 0
const isCMake = has('CMakeLists.txt')
const isMeson = has('meson.build')
const isAutotools = has('configure', 'configure.ac', 'configure.in')
/** Without a configure script, autoconf has to make it. */
const isShipped = has('configure')
const makefiles = ['GNUmakefile', 'makefile', 'Makefile'] as const
/** Other languages' projects have makefiles and stray C files too; their own pack knows how to build them. */
const foreign = has('go.mod', 'Cargo.toml', 'package.json', 'pyproject.toml', 'setup.py', 'Package.swift', 'pom.xml', 'build.gradle', 'build.gradle.kts', 'composer.json', 'Gemfile', '*.gemspec', '*.csproj', '*.sln')
const isMake = (tree: Tree) => has(...makefiles)(tree) && sources(tree) && !foreign(tree)
const isLoose = (tree: Tree) => sources(tree) && !foreign(tree) && !has('CMakeLists.txt', 'meson.build', 'configure', 'configure.ac', 'configure.in', ...makefiles)(tree)

/** The target that runs a makefile's tests. */
function testTarget(tree: Tree): string | undefined {
  const text = makefiles.map(name => tree.read(name)).find(found => found !== undefined) ?? ''
  return ['check', 'test', 'tests'].find(name => new RegExp(String.raw`^${name}[ \t]*::?(?!=)`, 'm').test(text))
}

const hasTests = (tree: Tree) => tree.find('**/CMakeLists.txt').slice(0, 200).some(path => /\b(?:enable_testing|add_test|gtest_discover_tests|catch_discover_tests|include\s*\(\s*CTest)\b/i.test(tree.read(path) ?? ''))

/** Options that build the tests and are off unless asked for, by the names that projects give them: `FOO_BUILD_TESTS`, `ENABLE_TESTING`, `FOO_TESTS`. */
function testOptions(tree: Tree): readonly string[] {
  const text = (tree.read('CMakeLists.txt') ?? '').replaceAll(/^\s*#[^\n]*/gm, '')
  return [...text.matchAll(cmakeOption)]
    .filter(({ groups: { name = '', value = 'OFF' } = {} }) => offInCMake.test(value) && ofTests.test(name) && !/(?:^|_)(?:WITHOUT|NO|DISABLE|SKIP)_/i.test(name))
    .map(({ groups }) => groups?.name ?? '')
}
const cmakeOption = /^[ \t]*option[ \t]*\(\s*(?<name>\w+)\s+(?:"[^"\n]*"|\w+)(?:\s+(?<value>[\w"${}]+))?\s*\)/gim
const offInCMake = /^(?:OFF|NO|FALSE|N|0)$/i
const ofTests = /(?:^|_)(?:BUILD_TESTS?|BUILD_TESTING|ENABLE_TESTS?|ENABLE_TESTING|TESTS|TESTING)$/i

/** A project may bring a second build system that only builds; the tests are then those of the first. */
const mesonTests = (tree: Tree) => tree.find('**/meson.build').slice(0, 200).some(path => /\btest\s*\(/.test(tree.read(path) ?? ''))
const automakeTests = (tree: Tree) => tree.find('**/Makefile.am').slice(0, 200).some(path => /^\s*TESTS\s*\+?=/m.test(tree.read(path) ?? ''))

const lines = (...steps: (string | undefined)[]) => ['set -e', ...steps.filter(Boolean)].join('\n')

export const cmakeConfigure = [
  'if command -v ninja >/dev/null; then export CMAKE_GENERATOR="${CMAKE_GENERATOR:-Ninja}"; fi',
  'if command -v ccache >/dev/null; then export CMAKE_C_COMPILER_LAUNCHER=ccache CMAKE_CXX_COMPILER_LAUNCHER=ccache; fi',
  `cmake -S . -B ${cmakeTree} -DCMAKE_BUILD_TYPE=Debug -DCMAKE_EXPORT_COMPILE_COMMANDS=ON`,
].join('\n')
const cmakeCompile = `cmake --build ${cmakeTree} --parallel ${jobs}`
const cmakeBuild = `${cmakeConfigure}\n${cmakeCompile}`
const cmakeTestBuild = (tree: Tree) => `${[cmakeConfigure, ...testOptions(tree).map(name => `-D${name}=ON`)].join(' ')}\n${cmakeCompile}`
const ctest = [
  `set -- --output-on-failure --parallel ${jobs}`,
  'if ctest --help | grep -q -e --output-junit; then set -- "$@" --output-junit "$CRAFTING_REPORTS/ctest.xml"; fi',
  `cd ${cmakeTree}`,
  'ctest "$@"',
].join('\n')
const mesonBuild = `meson setup ${mesonTree}\nmeson compile -C ${mesonTree}`
/**
 * git gives all files of a checkout some time of their own. With equal times nothing that was shipped (Makefile.in, a parser
 * made by bison) looks older than what it was made of, and nothing asks for the very automake that made it.
 */
const evenTimes = 'touch "$TMPDIR/now"\nfind . -name .git -prune -o -type f -exec touch -r "$TMPDIR/now" {} +'
const generate = 'if [ -x autogen.sh ]; then NOCONFIGURE=1 ./autogen.sh; else autoreconf --force --install; fi'
const autotoolsBuild = (tree: Tree) => lines(isShipped(tree) ? evenTimes : generate, 'if [ ! -f Makefile ]; then sh ./configure; fi', `make -j ${jobs}`)

/** automake always makes this target; a configure script with a makefile of its own need not. */
const makeCheck = `if grep -q '^check *:' Makefile || make -n check >/dev/null 2>&1; then VERBOSE=1 make check
elif make -n test >/dev/null 2>&1; then VERBOSE=1 make test
else echo 'The makefile has neither a target check nor a target test: nothing is tested.'; fi`

/** A file is formatted or is not: the first place of each, where clang-format names every token, which are thousands in a table. */
const firstOfEach = String.raw`awk 'BEGIN { keep = 1 } /: (error|warning): / { keep = !/clang-format-violations/ || !seen[substr($0, 1, index($0, ":"))]++ } keep'`
/** Reported, never failing: which version of clang-format a project means is not known. */
const formatCheck = (tree: Tree) => has('.clang-format')(tree)
  ? `if command -v clang-format >/dev/null; then ${filesNamed(...sourceGlobs, ...headerGlobs)} | xargs -0 -r clang-format --dry-run 2>&1 | ${firstOfEach}; fi`
  : undefined

export const tidy = (tree: string, flags: string) =>
  `sed -n 's/^ *"file": "\\(.*\\)",\\{0,1\\}$/\\1/p' ${tree}/compile_commands.json | sort -u | tr '\\n' '\\0' | xargs -0 -r -n 8 clang-tidy -p ${tree} --quiet ${flags}`

/** Without the files' own definitions cppcheck stumbles over macros, and tries every combination of them, which takes ten times as long. */
function cppcheck(tree: Tree): string {
  const command = `cppcheck -j ${jobs} --enable=warning,performance,portability --inline-suppr --quiet --relative-paths="$PWD" ${cannotRead.map(id => `--suppress=${id}`).join(' ')}`
  const guessing = `${filesNamed(...sourceGlobs)} | xargs -0 -r ${command}`
  const [directory, configure] = isCMake(tree) ? [cmakeTree, cmakeConfigure] : isMeson(tree) ? [mesonTree, `meson setup ${mesonTree}`] : []
  if (directory === undefined) return guessing
  return `configure() {
${configure}
}
if configure >"$TMPDIR/configure.log" 2>&1 && [ -s ${directory}/compile_commands.json ]; then
  ${command} -i ${directory} --project=${directory}/compile_commands.json
else
  echo 'Not configured: cppcheck has to guess the flags.'
  ${guessing}
fi`
}

/** What cppcheck says of files that it cannot read, when that is no fault of theirs; their faults are for the compiler to say. */
const cannotRead = ['missingInclude', 'missingIncludeSystem', 'unknownMacro', 'preprocessorErrorDirective', 'syntaxError', 'internalAstError']

/**
 * It looks for words, not for faults: whatever the risk if it was one, nothing of it must fail a build. So risks of level 4 and 5
 * are reported as 3, which is a warning; the column before keeps the level of the rule.
 */
const flawfinder = lines(
  // It reads UTF-8 only, and stops at the first file that is anything else. The checkout is the job's own.
  `${filesNamed(...sourceGlobs, ...headerGlobs)} | LC_ALL=C.UTF-8 xargs -0 -r grep -laxvZ '.*' | xargs -0 -r -n 1 sh -c 'iconv -f ISO-8859-1 -t UTF-8 "$0" >"$TMPDIR/utf-8" && cat "$TMPDIR/utf-8" >"$0"'`,
  `${filesNamed(...sourceGlobs, ...headerGlobs)} | xargs -0 -r flawfinder --falsepositive --minlevel=3 --csv >"$TMPDIR/flawfinder.csv"`,
  String.raw`sed 's/^\([^,]*,[0-9]*,[0-9]*,[0-5]\),[45],/\1,3,/' "$TMPDIR/flawfinder.csv"`,
)

export const recipes: readonly PackRecipe[] = [
  { name: 'build', title: 'cmake', when: isCMake, run: lines(cmakeBuild), needs: ['cmake', 'c++'], timeoutSecs: 1800 },
  { name: 'build', title: 'meson', when: isMeson, run: lines(mesonBuild), needs: ['meson', 'cc'], timeoutSecs: 1800 },
  { name: 'build', title: 'configure and make', when: isShipped, run: autotoolsBuild, needs: ['make', 'cc'], timeoutSecs: 1800 },
  { name: 'build', title: 'autoreconf, configure and make', when: isAutotools, run: autotoolsBuild, needs: ['autoreconf', 'make', 'cc'], timeoutSecs: 1800 },
  { name: 'build', title: 'make', when: isMake, run: lines(`make -j ${jobs}`), needs: ['make', 'cc'], timeoutSecs: 1800 },
  {
    name: 'build', title: 'compile loose sources', when: isLoose, needs: ['cc', 'c++'],
    run: lines(
      `${filesNamed('*.c')} | xargs -0 -r -n 20 cc -Wall -Wextra -fsyntax-only -I. -Iinclude -Isrc`,
      `${filesNamed('*.cc', '*.cpp', '*.cxx')} | xargs -0 -r -n 20 c++ -Wall -Wextra -fsyntax-only -I. -Iinclude -Isrc`,
    ),
  },

  { name: 'test', title: 'ctest', when: tree => isCMake(tree) && hasTests(tree), run: tree => lines(cmakeTestBuild(tree), ctest), needs: ['cmake', 'c++'], timeoutSecs: 1800 },
  { name: 'test', title: 'meson test', when: tree => isMeson(tree) && (mesonTests(tree) || !isCMake(tree) && !automakeTests(tree)), run: lines(mesonBuild, `meson test -C ${mesonTree} --print-errorlogs`), needs: ['meson', 'cc'], timeoutSecs: 1800 },
  { name: 'test', title: 'make check', when: tree => isShipped(tree) && (!isCMake(tree) || automakeTests(tree)), run: tree => lines(autotoolsBuild(tree), makeCheck), needs: ['make', 'cc'], timeoutSecs: 1800 },
  { name: 'test', title: 'autoreconf and make check', when: tree => isAutotools(tree) && (!isCMake(tree) || automakeTests(tree)), run: tree => lines(autotoolsBuild(tree), makeCheck), needs: ['autoreconf', 'make', 'cc'], timeoutSecs: 1800 },
  {
    name: 'test', title: 'make test', when: tree => isMake(tree) && !isCMake(tree) && testTarget(tree) !== undefined,
    run: tree => lines(`make ${testTarget(tree) ?? 'test'}`), needs: ['make', 'cc'], timeoutSecs: 1800,
  },

  {
    name: 'lint', title: 'clang-tidy (cmake)', when: tree => isCMake(tree) && has('.clang-tidy')(tree), needs: ['clang-tidy', 'cmake', 'c++'], timeoutSecs: 1800,
    run: tree => lines(formatCheck(tree), cmakeConfigure, tidy(cmakeTree, '')),
  },
  {
    name: 'lint', title: 'clang-tidy (meson)', when: tree => isMeson(tree) && has('.clang-tidy')(tree), needs: ['clang-tidy', 'meson', 'cc'], timeoutSecs: 1800,
    run: tree => lines(formatCheck(tree), `meson setup ${mesonTree}`, tidy(mesonTree, '')),
  },
  {
    name: 'lint', title: 'cppcheck', when: tree => sources(tree) && (isCMake(tree) || isMeson(tree) || isAutotools(tree) || isMake(tree) || isLoose(tree)), needs: ['cppcheck'], timeoutSecs: 1800,
    run: tree => lines(formatCheck(tree), cppcheck(tree)),
    network: false,
  },

  {
    name: 'audit', title: 'flawfinder', when: tree => sources(tree) && !(foreign(tree) && !isCMake(tree) && !isMeson(tree)), needs: ['flawfinder'],
    run: flawfinder, network: false,
  },
]
