import type { PackRecipe, Tree } from '../../core/contract.ts'
import { has } from '../../core/parse/index.ts'
import { useJava } from './java.ts'
import { sbtScripts } from './project.ts'

const isSbt = (tree: Tree) => tree.has('build.sbt') || tree.has('project/build.properties')
const wrapper = (tree: Tree) => tree.has('sbt') && tree.read('sbt')?.startsWith('#!') === true

/** What sbt fetches and compiles for itself goes to the caches; no colours, no moving lines, no server that outlives the job. */
const sbt = (tree: Tree, ...commands: string[]) => `${useJava(tree)}
export SBT_OPTS="-Dsbt.color=false -Dsbt.supershell=false -Dsbt.log.noformat=true -Dsbt.server.autostart=false -Dsbt.boot.directory=\${SBT_BOOT:-$HOME/.sbt/boot} -Dsbt.ivy.home=\${IVY_HOME:-$HOME/.ivy2} -Dsbt.global.base=$HOME/.sbt \${SBT_OPTS:-}"
${wrapper(tree) ? 'sh -c \'exec "$0" "$@"\' ./sbt' : 'sbt'} -batch ${commands.map(one => `'${one}'`).join(' ')}`

/** Checks that the build's plugins bring; WartRemover and scalac's own lint come with the compiler. */
function linters(tree: Tree): string[] {
  const text = sbtScripts(tree)
  return [
    ...tree.has('.scalafmt.conf') && /sbt-scalafmt/.test(text) ? ['scalafmtCheckAll', 'scalafmtSbtCheck'] : [],
    ...tree.has('.scalafix.conf') && /sbt-scalafix/.test(text) ? ['scalafixAll --check'] : [],
    ...tree.has('scalastyle-config.xml') && /scalastyle-sbt-plugin/.test(text) ? ['scalastyle'] : [],
    ...(/sbt-scapegoat/.test(text) ? ['scapegoat'] : []),
  ]
}

const needs = ['javac', 'sbt']
const flavours = [
  { title: './sbt', needs: ['javac'], when: (tree: Tree) => isSbt(tree) && wrapper(tree) },
  { title: 'sbt', needs, when: isSbt },
] as const

const sbtRecipes = flavours.flatMap(({ title, needs, when }): PackRecipe[] => [
  { name: 'build', title: `${title} compile`, when, needs, timeoutSecs: 1800, run: tree => sbt(tree, 'Test/compile') },
  { name: 'test', title: `${title} test`, when, needs, timeoutSecs: 1800, run: tree => sbt(tree, 'test') },
  {
    name: 'lint', title: `${title}, configured linters`, when: tree => when(tree) && linters(tree).length > 0, needs, timeoutSecs: 1800,
    run: tree => ['failed=0', ...linters(tree).map(one => `(${sbt(tree, one)}) || failed=1`), 'exit $failed'].join('\n'),
  },
  { name: 'audit', title: `${title} dependencyCheck`, when: tree => when(tree) && /sbt-dependency-check/.test(sbtScripts(tree)), needs, timeoutSecs: 3600, run: tree => sbt(tree, 'dependencyCheck') },
])

const isMill = has('build.sc', 'build.mill')
const mill = (tree: Tree, command: string) => `${useJava(tree)}
${tree.has('mill') ? 'sh ./mill' : 'mill'} --no-server ${command}`
const millFlavours = [
  { title: './mill', needs: ['javac'], when: (tree: Tree) => isMill(tree) && tree.has('mill') },
  { title: 'mill', needs: ['javac', 'mill'], when: isMill },
] as const

const millRecipes = millFlavours.flatMap(({ title, needs, when }): PackRecipe[] => [
  { name: 'build', title: `${title} __.compile`, when, needs, timeoutSecs: 1800, run: tree => mill(tree, '--keep-going __.compile') },
  { name: 'test', title: `${title} __.test`, when, needs, timeoutSecs: 1800, run: tree => mill(tree, '--keep-going __.test') },
])

export const scalaRecipes: readonly PackRecipe[] = [...sbtRecipes, ...millRecipes]
