import type { PackRecipe, Tree } from '../../core/contract.ts'
import { has, quote } from '../../core/parse/index.ts'
import { useJava } from './java.ts'

/** Data that only looks like code. */
const skipped = ['.git', 'build', 'target', 'out', 'node_modules', 'testdata', 'test-data', 'test_data', 'fixtures', 'templates', 'archetype-resources']
const files = (glob: string) => `find . -type d \\( ${skipped.map(name => `-name ${name}`).join(' -o ')} \\) -prune -o -type f -name ${quote(glob)} ! -name module-info.java -print`

/** As lines of a file of arguments: quoted, since names may hold blanks. */
const listed = (glob: string) => `${files(glob)} | sed 's/[\\\\" ]/\\\\&/g; s/.*/"&"/'`

/** What the repository brings along. A path that leads nowhere would be warned of. */
const classpath = `-cp "$(ls lib/*.jar 2>/dev/null | tr '\\n' ':')."`

const sources = (extension: string) => has(`**/*.${extension}`)
const isAnt = (tree: Tree) => tree.has('build.xml') && (/<(?:javac|groovyc|scalac|junit)\b/.test(tree.read('build.xml') ?? '') || sources('java')(tree))
const managed = has('pom.xml', 'build.gradle', 'build.gradle.kts', 'settings.gradle', 'settings.gradle.kts', 'build.sbt', 'build.sc', 'build.mill', 'build.xml', 'WORKSPACE', 'MODULE.bazel', 'project/build.properties')

/** The first of these targets that the build file has. */
function target(tree: Tree, ...names: string[]): string | undefined {
  const text = tree.read('build.xml') ?? ''
  return names.find(name => new RegExp(String.raw`<target\b[^>]*\bname\s*=\s*["']${name}["']`).test(text))
}

const testTarget = (tree: Tree) => target(tree, 'test', 'tests', 'junit', 'check', 'unittest', 'run-tests', 'unit-test')

const antRecipes: readonly PackRecipe[] = [
  { name: 'build', title: 'ant', when: isAnt, needs: ['javac', 'ant'], timeoutSecs: 1800, run: tree => `${useJava(tree)}\nant -noinput ${target(tree, 'compile', 'build', 'jar', 'dist') ?? ''}` },
  { name: 'test', title: 'ant test', when: tree => isAnt(tree) && testTarget(tree) !== undefined, needs: ['javac', 'ant'], timeoutSecs: 1800, run: tree => `${useJava(tree)}\nant -noinput ${testTarget(tree) ?? 'test'}` },
]

/** Names of files go through a file of arguments, which javac, kotlinc and scalac read alike. */
function compiler(title: string, extension: string, command: (list: string) => string): PackRecipe {
  return {
    name: 'build', title, needs: [title.split(' ', 1)[0]!], network: false,
    when: tree => !managed(tree) && sources(extension)(tree),
    run: tree => `${useJava(tree)}
mkdir -p "$TMPDIR/classes"
${listed(`*.${extension}`)} >"$TMPDIR/sources"
${command('"@$TMPDIR/sources"')}`,
  }
}

export const looseRecipes: readonly PackRecipe[] = [
  ...antRecipes,
  // Kotlin before Java: it knows both, and Java's classes may need Kotlin's.
  compiler('kotlinc and javac', 'kt', list => `${listed('*.java')} >>"$TMPDIR/sources"\nkotlinc ${classpath} -d "$TMPDIR/classes" ${list}`),
  compiler('scalac', 'scala', list => `scalac -deprecation -feature -unchecked ${classpath} -d "$TMPDIR/classes" ${list}`),
  compiler('javac', 'java', list => `javac -Xlint:all -Xmaxerrs 10000 -Xmaxwarns 10000 -proc:none -encoding UTF-8 ${classpath} -d "$TMPDIR/classes" ${list}`),
  // groovyc takes no file of arguments.
  compiler('groovyc', 'groovy', () => `${files('*.groovy')}0 | xargs -0 groovyc ${classpath} -d "$TMPDIR/classes"`),
]
