import type { Tree } from '../../core/contract.ts'

const most = 300

/** The texts of all POMs, without comments. */
export function poms(tree: Tree): string[] {
  return tree.find('**/pom.xml').slice(0, most).map(path => without(tree.read(path) ?? '', '<!--', '-->'))
}

/** The texts of Gradle's scripts, of the plugins that the build makes for itself, and of the version catalogue. */
export function gradleScripts(tree: Tree): string {
  return [...tree.find('**/*.gradle'), ...tree.find('**/*.gradle.kts'), ...tree.find('gradle/*.toml'), ...tree.find('buildSrc/src/**/*.{kt,groovy,java}')]
    .slice(0, most).map(path => withoutComments(tree.read(path) ?? '')).join('\n')
}

function withoutComments(text: string): string {
  return without(text, '/*', '*/').replace(/^[ \t]*\/\/.*$/gm, '')
}

export function sbtScripts(tree: Tree): string {
  return [...tree.find('*.sbt'), ...tree.find('project/*.sbt')].map(path => tree.read(path) ?? '').join('\n')
}

/** What lies between two marks goes, marks included. */
export function without(text: string, from: string, to: string): string {
  const kept: string[] = []
  let at = 0
  for (let start = text.indexOf(from); start >= 0; start = text.indexOf(from, at)) {
    kept.push(text.slice(at, start))
    const end = text.indexOf(to, start + from.length)
    if (end < 0) return kept.join('')
    at = end + to.length
  }
  return kept.join('') + text.slice(at)
}

/** Plugins that check, by artifact: the prefix and goal to call, and whether they look at compiled classes. */
const checkers: Readonly<Record<string, readonly [prefix: string, goals: readonly string[], compiled: boolean]>> = {
  'maven-checkstyle-plugin': ['checkstyle', ['check'], false],
  'maven-pmd-plugin': ['pmd', ['check', 'cpd-check'], true],
  'spotbugs-maven-plugin': ['com.github.spotbugs:spotbugs-maven-plugin', ['check'], true],
  'findbugs-maven-plugin': ['org.codehaus.mojo:findbugs-maven-plugin', ['check'], true],
  'spotless-maven-plugin': ['com.diffplug.spotless:spotless-maven-plugin', ['check'], false],
  'fmt-maven-plugin': ['com.spotify.fmt:fmt-maven-plugin', ['check'], false],
  'formatter-maven-plugin': ['net.revelc.code.formatter:formatter-maven-plugin', ['validate'], false],
  'ktlint-maven-plugin': ['com.github.gantsign.maven:ktlint-maven-plugin', ['check'], false],
  'detekt-maven-plugin': ['com.github.ozsie:detekt-maven-plugin', ['check'], false],
  'scalastyle-maven-plugin': ['org.scalastyle:scalastyle-maven-plugin', ['check'], false],
  'modernizer-maven-plugin': ['org.gaul:modernizer-maven-plugin', ['modernizer'], true],
  'animal-sniffer-maven-plugin': ['org.codehaus.mojo:animal-sniffer-maven-plugin', ['check'], true],
  'codenarc-maven-plugin': ['org.codehaus.mojo:codenarc-maven-plugin', ['codenarc'], false],
}

export interface MavenLinter { goal: string; compiled: boolean }

/**
 * The checks that the POMs configure, as goals. A goal that is bound is called with the name of its execution, for its configuration
 * may stand there; what only makes a report, or only stands in a profile, is none.
 */
export function mavenLinters(tree: Tree): readonly MavenLinter[] {
  const found = new Map<string, MavenLinter>()
  for (const pom of poms(tree)) {
    const text = without(without(pom, '<reporting>', '</reporting>'), '<profiles>', '</profiles>')
    for (const block of between(text, '<plugin>', '</plugin>')) {
      const artifact = /<artifactId>\s*(?<name>[\w.-]+)\s*</.exec(without(block, '<dependencies>', '</dependencies>'))?.groups?.name ?? ''
      const checker = Object.hasOwn(checkers, artifact) ? checkers[artifact] : undefined
      if (!checker) continue
      const [prefix, goals, compiled] = checker
      const group = /<groupId>\s*(?<name>[\w.-]+)\s*</.exec(block)?.groups?.name
      const plugin = prefix.includes(':') && group ? `${group}:${artifact}` : prefix
      for (const goal of goalsOf(block, goals)) found.set(`${plugin}:${goal}`, { goal: `${plugin}:${goal}`, compiled })
    }
  }
  // The plain call says nothing more than the same goal by its execution.
  const all = [...found.values()]
  return all.filter(one => one.goal.includes('@') || !all.some(other => other.goal.startsWith(`${one.goal}@`)))
}

function goalsOf(plugin: string, goals: readonly string[]): string[] {
  const bound = between(plugin, '<execution>', '</execution>').flatMap(execution => {
    const id = /<id>\s*(?<id>[\w.-]+)\s*<\/id>/.exec(execution)?.groups?.id
    return goals.filter(goal => new RegExp(`<goal>\\s*${goal}\\s*</goal>`).test(execution)).map(goal => id ? `${goal}@${id}` : goal)
  })
  return bound.length ? bound : goals.slice(0, 1)
}

function between(text: string, from: string, to: string): string[] {
  return text.split(from).slice(1).map(part => part.split(to, 1)[0] ?? '')
}
