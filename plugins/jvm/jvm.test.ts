import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import picomatch from 'picomatch'
import t from 'tap'
import type { Item, LineParser, RecipeName, Tree } from '../../core/contract.ts'
import pack from './index.ts'
import { majorOf, useJava, wishOf } from './java.ts'
import { mavenLinters } from './project.ts'

type Files = Readonly<Record<string, string>>

function treeOf(files: Files): Tree {
  const paths = Object.keys(files).sort()
  const find = (glob: string) => {
    const matches = picomatch(glob, { dot: true })
    return paths.filter(path => matches(path))
  }
  return { find, has: glob => find(glob).length > 0, read: path => files[path], json: () => undefined, parent: undefined }
}

function chosen(name: RecipeName, files: Files): { title: string; run: string } {
  const tree = treeOf(files)
  const recipe = pack.recipes.find(one => one.name === name && one.when(tree))
  return { title: recipe?.title ?? 'none', run: (typeof recipe?.run === 'function' ? recipe.run(tree) : recipe?.run) ?? '' }
}

const titles = (files: Files) => (['build', 'test', 'lint', 'audit'] as const).map(name => chosen(name, files).title)

function read(parser: LineParser, text: string): Item[] {
  const items: Item[] = []
  const reader = parser.lines({ emit: item => { items.push(item) }, report: undefined })
  for (const line of text.split('\n')) reader.line(line)
  reader.end?.()
  return items
}

/** All line parsers of the pack, as a log is read. */
function readAll(text: string): Item[] {
  return Object.values(pack.parsers).flatMap(parser => 'lines' in parser ? read(parser, text) : [])
}

t.test('recipes follow the build tool, a wrapper first', async t => {
  const pom = '<project><modelVersion>4.0.0</modelVersion></project>'
  t.same(titles({ 'pom.xml': pom }), ['mvn package', 'mvn test', 'none', 'osv-scanner'])
  t.same(titles({ 'pom.xml': pom, mvnw: '' }).slice(0, 2), ['mvnw package', 'mvnw test'])
  t.same(titles({ 'build.gradle': 'plugins { id "java" }' }), ['gradle assemble', 'gradle test', 'none', 'none'])
  t.same(titles({ 'build.gradle.kts': '', gradlew: '' }).slice(0, 2), ['gradlew assemble', 'gradlew test'])
  t.same(titles({ 'pom.xml': pom, 'build.gradle': '', gradlew: '' }).slice(0, 2), ['gradlew assemble', 'gradlew test'], 'the one that brings its wrapper')
  t.same(titles({ 'build.sbt': '' }).slice(0, 3), ['sbt compile', 'sbt test', 'none'])
  t.same(titles({ 'build.sbt': '', '.scalafmt.conf': '', 'project/plugins.sbt': 'addSbtPlugin("org.scalameta" % "sbt-scalafmt" % "2.5.2")' })[2], 'sbt, configured linters')
  t.same(titles({ 'build.mill': '', mill: '' }).slice(0, 2), ['./mill __.compile', './mill __.test'])
  t.same(titles({ 'build.xml': '<project><target name="compile"/><target name="test"><junit/></target></project>' }).slice(0, 2), ['ant', 'ant test'])
  t.same(titles({ 'build.xml': '<project><target name="phpunit"/></project>' }), ['none', 'none', 'none', 'none'], "another language's build.xml")
  t.same(titles({ 'A.java': '' }), ['javac', 'none', 'none', 'none'])
  t.same(titles({ 'A.kt': '', 'B.java': '' })[0], 'kotlinc and javac')
})

t.test('Maven checks what the POM configures, by the name of its execution', async t => {
  const plugin = (artifact: string, inner = '') => `<plugin><artifactId>${artifact}</artifactId>${inner}</plugin>`
  const bound = plugin('maven-checkstyle-plugin', '<executions><execution><id>style</id><goals><goal>check</goal></goals></execution></executions>')
  const goals = (pom: string) => mavenLinters(treeOf({ 'pom.xml': pom })).map(one => one.goal)
  t.same(goals(`<project><build><plugins>${bound}${plugin('spotbugs-maven-plugin')}</plugins></build></project>`), ['checkstyle:check@style', 'com.github.spotbugs:spotbugs-maven-plugin:check'])
  t.same(goals(plugin('maven-checkstyle-plugin') + plugin('maven-pmd-plugin')), ['checkstyle:check', 'pmd:check'])
  t.same(goals(`<project><reporting><plugins>${plugin('maven-pmd-plugin')}</plugins></reporting></project>`), [], 'a report is no check')
  t.same(goals(`<project><!-- ${bound} --></project>`), [])
  t.same(goals(`<project><profiles><profile>${bound}</profile></profiles></project>`), [])
  t.match(chosen('lint', { 'pom.xml': bound + plugin('maven-pmd-plugin') }).run, /test-compile \|\| failed=1\nmvn_here --fail-at-end checkstyle:check@style \|\| failed=1\nmvn_here --fail-at-end pmd:check/)
  t.match(chosen('test', { 'pom.xml': plugin('maven-failsafe-plugin') }).run, /--fail-at-end verify/)
})

t.test('Gradle checks what its scripts configure', async t => {
  t.equal(chosen('lint', { 'build.gradle': 'plugins { id "checkstyle" }' }).title, 'gradle check')
  t.match(chosen('lint', { 'build.gradle': 'apply plugin: "pmd"' }).run, /gradle_here check -x test$/)
  t.equal(chosen('lint', { 'build.gradle': '// apply plugin: "pmd"' }).title, 'none')
  t.match(chosen('lint', { 'build.gradle': '', 'app/build.gradle': 'plugins { id "com.android.application" }\nktlint {}' }).run, /gradle_here lintDebug ktlintCheck$/)
  t.match(chosen('test', { 'build.gradle.kts': 'plugins { kotlin("multiplatform") }' }).run, /gradle_here allTests$/)
  t.equal(chosen('audit', { 'build.gradle': 'plugins { id "org.owasp.dependencycheck" version "10.0.4" }' }).title, 'gradle dependencyCheckAnalyze')
})

t.test('every script is one that a shell can read', async t => {
  const projects: Files[] = [
    { 'pom.xml': '<plugin><artifactId>maven-checkstyle-plugin</artifactId></plugin><artifactId>dependency-check-maven</artifactId>', mvnw: '', '.java-version': '17' },
    { 'pom.xml': '' }, { 'build.gradle': 'checkstyle {}\norg.owasp.dependencycheck', gradlew: '' }, { 'build.gradle': 'checkstyle {}' },
    { 'build.sbt': '', '.scalafmt.conf': '', 'project/plugins.sbt': 'sbt-scalafmt sbt-dependency-check', sbt: '#!/bin/sh' }, { 'build.sc': '' },
    { 'build.xml': '<target name="test"><javac/>' }, { 'A.java': '' }, { 'A.kt': '' }, { 'A.scala': '' }, { 'A.groovy': '' },
  ]
  for (const project of projects) {
    for (const name of ['build', 'test', 'lint', 'audit'] as const) {
      t.equal(spawnSync('/bin/sh', ['-n', '-c', chosen(name, project).run], { encoding: 'utf8' }).stderr, '', `${name} of ${Object.keys(project).join(', ')}`)
    }
  }
})

t.test('the version of Java that a project asks for', async t => {
  const wish = (files: Files) => { const found = wishOf(treeOf(files)); return found && [found.least, found.most] }
  t.same(['1.8', '17.0.2', '21', 'temurin'].map(majorOf), [8, 17, 21, undefined])
  t.same(wish({ '.java-version': 'temurin-17.0.1\n' }), [17, 17])
  t.same(wish({ '.sdkmanrc': '# x\njava=11.0.20-tem\n' }), [11, 11])
  t.same(wish({ '.tool-versions': 'nodejs 20\njava zulu-8.72.0.17\n' }), [8, 8])
  t.same(wish({ 'pom.xml': '<maven.compiler.source>1.8</maven.compiler.source>', 'a/pom.xml': '<release>21</release>' }), [21, 999])
  t.same(wish({ 'pom.xml': '<maven.compiler.source>1.6</maven.compiler.source>' }), [6, 11], 'the last JDK that compiles for it')
  t.same(wish({ 'build.gradle': '', 'gradle/wrapper/gradle-wrapper.properties': 'distributionUrl=https\\://x/gradle-6.8.3-bin.zip' }), [8, 15])
  t.same(wish({ 'pom.xml': '' }), undefined)
})

t.test('a JDK that fits is taken, else the log says which one runs', async t => {
  const root = t.testdir({})
  const jdk = (major: string) => {
    mkdirSync(join(root, major, 'bin'), { recursive: true })
    writeFileSync(join(root, major, 'release'), `JAVA_VERSION="${major}"\n`)
    writeFileSync(join(root, major, 'bin/javac'), '#!/bin/sh\n', { mode: 0o755 })
    return join(root, major)
  }
  const env = { PATH: `${join(jdk('98'), 'bin')}:${process.env.PATH}`, JAVA_HOME_96: jdk('96.0.1') }
  const run = (files: Files) => spawnSync('/bin/sh', ['-c', `${useJava(treeOf(files))}\necho "JAVA_HOME=$JAVA_HOME"`], { env, encoding: 'utf8' })
  t.match(run({ '.java-version': '96' }).stdout, `.java-version asks for Java 96: ${root}/96.0.1 runs\nJAVA_HOME=${root}/96.0.1\n`)
  t.equal(run({ '.java-version': '98' }).stdout, 'JAVA_HOME=\n', 'what is on the PATH fits')
  t.match(run({ '.java-version': '97' }).stdout, '.java-version asks for Java 97, which is not on this machine; Java 98 runs')
  t.equal(run({ '.java-version': '97' }).stderr, '')
})

const javac = pack.parsers.javac as LineParser
const noJavac = spawnSync('javac', ['-version']).error ? 'javac is not on this machine' : false

t.test('loose sources are compiled, and what javac says is read', { skip: noJavac }, async t => {
  const files = { 'a b/Wrong.java': 'class Wrong {\n    Strin copy;\n}\n', 'testdata/Broken.java': 'class {\n', 'Raw.java': 'class Raw {\n    java.util.List all;\n}\n' }
  const root = t.testdir({ tree: { 'a b': { 'Wrong.java': files['a b/Wrong.java'] }, testdata: { 'Broken.java': files['testdata/Broken.java'] }, 'Raw.java': files['Raw.java'] }, tmp: {} })
  const { run } = chosen('build', files)
  const done = spawnSync('/bin/sh', ['-c', run], { cwd: join(root, 'tree'), encoding: 'utf8', env: { PATH: process.env.PATH, TMPDIR: join(root, 'tmp'), LC_ALL: 'C' } })
  t.not(done.status, 0)
  t.match(run, 'javac -Xlint:all -Xmaxerrs 10000', 'its own limit is a hundred')
  const found = read(javac, done.stderr)
  t.match(found.filter(one => 'level' in one && one.level === 'error'), [{ tool: 'javac', file: './a b/Wrong.java', line: 2, message: 'cannot find symbol: class Strin' }], 'names with blanks')
  t.notMatch(done.stderr, /Broken|bad path/, 'test data is no code')
})

t.test('fixers', async t => {
  const fixer = (tool: string) => pack.fixers.find(one => one.tool === tool)
  const request = { rules: [], files: [], packages: [] }
  const pom = '<dependency><groupId>org.example</groupId><artifactId>text</artifactId><version>1.9</version></dependency>'
  t.match(fixer('spotless')?.run({ ...request, tree: treeOf({ 'build.gradle': 'spotless {}', gradlew: '' }) }), /gradlew .*spotlessApply/)
  t.equal(fixer('spotless')?.run({ ...request, tree: treeOf({ 'build.gradle': '' }) }), undefined)
  t.equal(fixer('ktlint')?.run({ ...request, tree: treeOf({ 'a b.kt': '' }), files: ['a b.kt'] }), `ktlint --format --log-level=error 'a b.kt'`)
  const raise = (name: string, fixed?: string) => fixer('osv-scanner')?.run({ ...request, tree: treeOf({ 'pom.xml': pom }), packages: [{ name, installed: '1.9', ...fixed && { fixed } }] })
  t.match(raise('org.example:text', '1.10.0'), /use-dep-version .*-Dincludes=org.example:text -DdepVersion=1.10.0/)
  t.equal(raise('org.example:other', '2'), undefined, 'no direct dependency')
  t.equal(raise('org.example:text'), undefined, 'no version without the fault')
  t.equal(raise('org.example:text', '1;reboot'), undefined)
})

t.test('javac behind every prefix', async t => {
  const wanted = [{ tool: 'javac', level: 'error', file: '/a/B.java', line: 12, message: 'cannot find symbol' }]
  const place = '/a/B.java:[12,5] cannot find symbol'
  for (const line of [
    `[ERROR] ${place}`, `11:02:13  [ERROR] ${place}`, `2024-03-01T10:00:00.123Z [ERROR] ${place}`, `[2024-03-01T10:00:00.123Z] [ERROR] ${place}`, `[INFO] [ERROR] ${place}`,
    `[[1;31mERROR[m] ${place}`, `#9 12.345 [ERROR] ${place}`, `[build-21] [ERROR] ${place}`, '/a/B.java:12: error: cannot find symbol', '    [javac] /a/B.java:12: error: cannot find symbol',
    '  [other-javac] /a/B.java:12: cannot find symbol', '[error] /a/B.java:12:5: cannot find symbol', '/a/B.java:12: cannot find symbol', '/a/B.java:12: エラー: cannot find symbol', '/a/B.java:12: 错误: cannot find symbol', '/a/B.java:12: Fehler: cannot find symbol',
    '  /a/B.java:12: error: cannot find symbol',
  ]) t.match(read(javac, line), wanted, line)
  t.match(read(javac, '[WARNING] C:\\a b\\B.java:[3] [deprecation] old() has been deprecated\r'.trimEnd()), [{ level: 'warning', rule: 'deprecation', file: 'C:\\a b\\B.java', line: 3 }])
})

t.test('what only looks like javac', async t => {
  for (const line of [
    '\tat org.example.A.run(A.java:12)', 'Caused by: java.lang.Error: A.java:12: x', '[INFO] /a/B.java:[12,5] uses unchecked or unsafe operations.', 'Note: B.java uses unchecked or unsafe operations.',
    'see B.java:12: it is there', 'error: failed to push some refs', 'warning: LF will be replaced by CRLF', '3 errors', '[ERROR] COMPILATION ERROR : ', 'main.c:3:5: error: no', 'error: warnings found and -Werror specified',
  ]) t.same(read(javac, line), [], line)
})

t.test('what Maven repeats under the goal that failed is said once', async t => {
  const said = '[ERROR] /a/B.java:[12,5] cannot find symbol\n  symbol:   class X\n[INFO] 1 error\n'
  const again = '[ERROR] Failed to execute goal org.apache.maven.plugins:maven-compiler-plugin:3.11.0:compile (default-compile) on project b: Compilation failure\n[ERROR] /a/B.java:[12,5] cannot find symbol\n[ERROR]   symbol:   class X\n[ERROR] -> [Help 1]'
  t.same(readAll(said + again).map(item => 'message' in item && item.message), ['cannot find symbol: class X'])
  t.equal(readAll(again).length, 1, 'a log that has only the end')
})

t.test('a goal that failed is told unless its tool has spoken', async t => {
  const goal = (name: string, message: string) => read(pack.parsers.maven as LineParser, `[ERROR] Failed to execute goal ${name} (default) on project shop: ${message} -> [Help 1]`)
  t.match(goal('org.example:antrun-maven-plugin:1:run', 'An Ant BuildException has occured: no'), [{ tool: 'maven', rule: 'antrun-maven-plugin:run', message: 'An Ant BuildException has occured: no' }])
  t.same(goal('org.apache.maven.plugins:maven-surefire-plugin:3.1:test', 'There are test failures.'), [])
  t.match(goal('org.apache.maven.plugins:maven-surefire-plugin:3.1:test', 'The forked VM terminated without properly saying goodbye'), [{ tool: 'maven' }])
  t.match(goal('org.apache.maven.plugins:maven-compiler-plugin:3.1:compile', 'Fatal error compiling: error: invalid target release: 99'), [{ tool: 'maven' }])
})

t.test('totals of several modules and runners', async t => {
  const totals = (text: string) => readAll(text).flatMap(item => 'totals' in item ? [[item.totals.total, item.totals.failed, item.totals.skipped]] : [])
  t.same(totals('Tests run: 2, Failures: 0, Errors: 0, Skipped: 0, Time elapsed: 1 s - in A\n\nResults :\n\nTests run: 2, Failures: 0, Errors: 0, Skipped: 0\n[INFO] Tests run: 3, Failures: 1, Errors: 1, Skipped: 1'), [[2, 0, 0], [3, 2, 1]])
  t.same(totals('Tests run: 2, Failures: 1, Errors: 0, Skipped: 0, Time elapsed: 1 s'), [[2, 1, 0]], 'cut off before the closing line')
  t.same(totals('> Task :a:test\nA > b() PASSED\n> Task :b:test\nB > c() FAILED\n3 tests completed, 1 failed'), [[1, 0, 0], [3, 1, 0]])
  t.same(totals('[info] Passed: Total 5, Failed 0, Errors 0, Passed 5\n[info] Passed: Total 2, Failed 0, Errors 0, Passed 1, Skipped 1'), [[5, 0, 0], [3, 0, 1]])
})

t.test('reports that break off', async t => {
  const { xml } = pack.parsers['junit-xml']
  t.equal(xml.is('<testsuite name="test_a"><testcase classname="tests.test_a" name="x"/>'), false, "another runner's")
  t.equal(xml.is('<testsuite name="shop.CartTest" tests="2"><testcase classname="shop.CartTest" name="x"/>'), true)
  t.equal(pack.parsers['spotbugs-xml'].xml.is('<?xml version="1.0"?><BugCollection version="3.0.1"'), true)
})
