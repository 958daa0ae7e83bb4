import type { PackRecipe, Tree } from '../../core/contract.ts'
import { has } from '../../core/parse/index.ts'
import { useJava } from './java.ts'
import { gradleScripts } from './project.ts'

const wrapper = (tree: Tree) => tree.has('gradlew')
const isGradle = has('build.gradle', 'build.gradle.kts', 'settings.gradle', 'settings.gradle.kts')

/** The wrapper, unless its Gradle cannot be had. No daemon: it would outlive the job. */
const gradle = (tree: Tree) => `${useJava(tree)}
gradle=gradle
${wrapper(tree) ? `if sh ./gradlew --no-daemon --version >"$TMPDIR/gradlew.log" 2>&1; then gradle='sh ./gradlew'
elif command -v gradle >/dev/null; then tail -n 3 "$TMPDIR/gradlew.log"; echo 'gradlew could not get its Gradle; the gradle of this machine runs'
else cat "$TMPDIR/gradlew.log"; echo 'gradlew could not get its Gradle, and there is none on this machine'; exit 1; fi` : ''}
gradle_here() {
  $gradle --no-daemon --console=plain --continue "$@"
}`

const isAndroid = (tree: Tree) => /com\.android\.(?:application|library)\b|\bandroid\s*\{/.test(gradleScripts(tree))
const isMultiplatform = (tree: Tree) => /multiplatform/.test(gradleScripts(tree))
const testTask = (tree: Tree) => isAndroid(tree) ? 'testDebugUnitTest' : isMultiplatform(tree) ? 'allTests' : 'test'

/** Plugins that check, by a word of their own in a script, and the tasks to name where `check` would run tests on devices. */
const checkers: readonly (readonly [RegExp, string])[] = [
  [/\bcheckstyle\b/, 'checkstyle'], [/(?<![\w-])['"(`]?pmd['")`]?(?![\w-])/, 'pmd'], [/\bspotbugs\b/, 'spotbugs'], [/\bcodenarc\b/, 'codenarc'],
  [/\bktlint\b/, 'ktlintCheck'], [/\bkotlinter\b/, 'lintKotlin'], [/\bdetekt\b/, 'detekt'], [/\bspotless\b/, 'spotlessCheck'],
]

export function gradleLinters(tree: Tree): string[] {
  const text = gradleScripts(tree)
  return checkers.filter(([pattern]) => pattern.test(text)).map(([, task]) => task)
}

function lint(tree: Tree): string {
  if (!isAndroid(tree)) return `gradle_here check -x ${testTask(tree)}`
  const named = gradleLinters(tree).filter(task => /^(?:ktlintCheck|lintKotlin|detekt|spotlessCheck)$/.test(task))
  return `gradle_here ${['lintDebug', ...named].join(' ')}`
}

const usesDependencyCheck = (tree: Tree) => /org\.owasp\.dependencycheck|dependency-check-gradle/.test(gradleScripts(tree))

const flavours = [
  { title: 'gradlew', needs: ['javac'], when: (tree: Tree) => isGradle(tree) && wrapper(tree) },
  { title: 'gradle', needs: ['javac', 'gradle'], when: isGradle },
] as const

export const gradleRecipes: readonly PackRecipe[] = flavours.flatMap(({ title, needs, when }): PackRecipe[] => [
  { name: 'build', title: `${title} assemble`, when, needs, timeoutSecs: 1800, run: tree => `${gradle(tree)}\ngradle_here assemble` },
  { name: 'test', title: `${title} test`, when, needs, timeoutSecs: 1800, run: tree => `${gradle(tree)}\ngradle_here ${testTask(tree)}` },
  {
    name: 'lint', title: `${title} check`, needs, timeoutSecs: 1800,
    when: tree => when(tree) && (gradleLinters(tree).length > 0 || isAndroid(tree)),
    run: tree => `${gradle(tree)}\n${lint(tree)}`,
  },
  { name: 'audit', title: `${title} dependencyCheckAnalyze`, when: tree => when(tree) && usesDependencyCheck(tree), needs, timeoutSecs: 3600, run: tree => `${gradle(tree)}\ngradle_here dependencyCheckAnalyze` },
])
