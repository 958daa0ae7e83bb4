import type { PackRecipe, Tree } from '../../core/contract.ts'
import { quote } from '../../core/parse/index.ts'
import { useJava } from './java.ts'
import { mavenLinters, poms } from './project.ts'

const wrapper = (tree: Tree) => tree.has('mvnw')
const isMaven = (tree: Tree) => tree.has('pom.xml') && !(tree.has('gradlew') && !wrapper(tree))

/** The wrapper, unless its Maven cannot be had; without colours, questions and a line for every file that is fetched. */
const maven = (tree: Tree) => `${useJava(tree)}
maven=mvn
${wrapper(tree) ? `if sh ./mvnw --version >"$TMPDIR/mvnw.log" 2>&1; then maven='sh ./mvnw'
else tail -n 3 "$TMPDIR/mvnw.log"; echo 'mvnw could not get its Maven; the mvn of this machine runs'; fi` : ''}
mvn_here() {
  $maven -B -Dstyle.color=never -Dmaven.repo.local="\${MAVEN_USER_HOME:-$HOME/.m2}/repository" -Dorg.slf4j.simpleLogger.log.org.apache.maven.cli.transfer.Slf4jMavenTransferListener=warn "$@"
}`

/** All run; one that fails fails the job. */
const all = (tree: Tree, commands: readonly string[]) => [maven(tree), 'failed=0', ...commands.map(command => `${command} || failed=1`), 'exit $failed'].join('\n')

const flavours = [
  { title: 'mvnw', needs: ['javac'], when: (tree: Tree) => isMaven(tree) && wrapper(tree) },
  { title: 'mvn', needs: ['javac', 'mvn'], when: isMaven },
] as const

const usesFailsafe = (tree: Tree) => poms(tree).some(text => text.includes('maven-failsafe-plugin'))
const usesDependencyCheck = (tree: Tree) => poms(tree).some(text => text.includes('dependency-check-maven'))
const isAggregate = (tree: Tree) => /<modules>/.test(tree.read('pom.xml') ?? '')

/** Surefire runs methods of classes by name; parameters of theirs it cannot be told, and Failsafe wants another property. */
function surefire(tree: Tree, tests: Parameters<NonNullable<PackRecipe['rerun']>>[1]): string | undefined {
  const named = tests.map(one => /^(?<place>[\w.$]+)\.(?<method>\w+)$/.exec(one.test)?.groups)
  if (usesFailsafe(tree) || named.some(one => one === undefined)) return undefined
  return `${maven(tree)}\nmvn_here --fail-at-end -DfailIfNoTests=false -Dsurefire.failIfNoSpecifiedTests=false ${quote(`-Dtest=${named.map(one => `${one?.place}#${one?.method}`).join(',')}`)} test`
}

export const mavenRecipes: readonly PackRecipe[] = flavours.flatMap(({ title, needs, when }): PackRecipe[] => [
  { name: 'build', title: `${title} package`, when, needs, timeoutSecs: 1800, run: tree => `${maven(tree)}\nmvn_here --fail-at-end -DskipTests package` },
  // Integration tests are run by what is bound to `verify`.
  { name: 'test', title: `${title} test`, when, needs, timeoutSecs: 1800, run: tree => `${maven(tree)}\nmvn_here --fail-at-end ${usesFailsafe(tree) ? 'verify' : 'test'}`, rerun: surefire },
  {
    name: 'lint', title: `${title}, configured linters`, when: tree => when(tree) && mavenLinters(tree).length > 0, needs, timeoutSecs: 1800,
    run: tree => {
      const linters = mavenLinters(tree)
      const compile = linters.some(one => one.compiled) ? ['mvn_here -q --fail-at-end test-compile'] : []
      return all(tree, [...compile, ...linters.map(({ goal }) => `mvn_here --fail-at-end ${goal}`)])
    },
  },
  {
    name: 'audit', title: `${title} dependency-check`, when: tree => when(tree) && usesDependencyCheck(tree), needs, timeoutSecs: 3600,
    run: tree => `${maven(tree)}\nmvn_here -Dformats=JSON,HTML -DshowSummary=false org.owasp:dependency-check-maven:${isAggregate(tree) ? 'aggregate' : 'check'}`,
  },
])
