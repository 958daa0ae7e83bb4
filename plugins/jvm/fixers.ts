import type { Fixer, FixRequest, Tree } from '../../core/contract.ts'
import { quote } from '../../core/parse/index.ts'
import { gradleScripts, poms, sbtScripts } from './project.ts'

const maven = (tree: Tree) => `${tree.has('mvnw') ? 'sh ./mvnw' : 'mvn'} -B -q -Dmaven.repo.local="\${MAVEN_USER_HOME:-$HOME/.m2}/repository"`
const gradle = (tree: Tree) => `${tree.has('gradlew') ? 'sh ./gradlew' : 'gradle'} --no-daemon --console=plain -q`
const inPom = (tree: Tree, artifact: string) => poms(tree).some(text => text.includes(artifact))
const inGradle = (tree: Tree, word: RegExp) => word.test(gradleScripts(tree))
const fileArguments = (files: readonly string[], pattern: RegExp) => files.filter(file => pattern.test(file)).map(quote).join(' ')

/** Formatters of the build; they take no files but the project's own. */
function spotless({ tree }: FixRequest): string | undefined {
  if (inPom(tree, 'spotless-maven-plugin')) return `${maven(tree)} com.diffplug.spotless:spotless-maven-plugin:apply`
  return inGradle(tree, /\bspotless\b/) ? `${gradle(tree)} spotlessApply` : undefined
}

function ktlint({ tree, files }: FixRequest): string | undefined {
  if (inPom(tree, 'ktlint-maven-plugin')) return `${maven(tree)} com.github.gantsign.maven:ktlint-maven-plugin:format`
  if (inGradle(tree, /\bkotlinter\b/)) return `${gradle(tree)} formatKotlin`
  if (inGradle(tree, /\bktlint\b/)) return `${gradle(tree)} ktlintFormat`
  const named = fileArguments(files, /\.kts?$/)
  return files.length && !named ? undefined : `ktlint --format --log-level=error ${named}`.trim()
}

/**
 * Raises direct dependencies of the POMs to the first version without the fault. What comes in through another dependency, or has its
 * version from a parent, is not raised: that takes thought.
 */
function raise({ tree, packages }: FixRequest): string | undefined {
  if (!tree.has('pom.xml')) return undefined
  const all = poms(tree)
  const known = packages.flatMap(({ name, fixed }) => {
    const [group, artifact] = name.split(':')
    if (!group || !artifact || !fixed || !/^[\w.-]+$/.test(group + artifact) || !/^[\w.+-]+$/.test(fixed)) return []
    const direct = all.some(text => text.split('<dependency>').slice(1).some(part => {
      const own = part.split('</dependency>', 1)[0] ?? ''
      return own.includes(`<groupId>${group}<`) && own.includes(`<artifactId>${artifact}<`) && own.includes('<version>')
    }))
    return direct ? [`${maven(tree)} org.codehaus.mojo:versions-maven-plugin:2.18.0:use-dep-version -DgenerateBackupPoms=false -DforceVersion=true -Dincludes=${quote(`${group}:${artifact}`)} -DdepVersion=${quote(fixed)}`] : []
  })
  return known.length ? known.join('\n') : undefined
}

export const fixers: readonly Fixer[] = [
  { tool: 'spotless', kind: 'format', network: true, run: spotless },
  { tool: 'formatter', kind: 'format', network: true, run: ({ tree }) => inPom(tree, 'fmt-maven-plugin') ? `${maven(tree)} com.spotify.fmt:fmt-maven-plugin:format` : inPom(tree, 'formatter-maven-plugin') ? `${maven(tree)} net.revelc.code.formatter:formatter-maven-plugin:format` : undefined },
  { tool: 'ktlint', kind: 'format', network: true, run: ktlint },
  { tool: 'detekt', network: true, run: ({ tree }) => inGradle(tree, /\bdetekt\b/) ? `${gradle(tree)} detekt --auto-correct` : undefined },
  { tool: 'scalafmt', kind: 'format', network: true, run: ({ tree }) => /sbt-scalafmt/.test(sbtScripts(tree)) ? 'sbt -batch scalafmtAll scalafmtSbt' : undefined },
  { tool: 'scalafix', network: true, run: ({ tree }) => /sbt-scalafix/.test(sbtScripts(tree)) ? 'sbt -batch scalafixAll' : undefined },
  ...['dependency-check', 'osv-scanner', 'trivy', 'grype'].map((tool): Fixer => ({ tool, kind: 'audit', network: true, needs: ['javac'], run: raise })),
]
