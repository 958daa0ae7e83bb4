import { readFileSync } from 'node:fs'
import type { Tree } from '../../core/contract.ts'
import { quote } from '../../core/parse/index.ts'

const shell = readFileSync(new URL('./java.sh', import.meta.url), 'utf8')

/** Which versions of Java a project can do with, and who says so. */
interface Wish { least: number; most: number; who: string }

/** No Java is so new. */
const any = 999

/** Shell text: the JDK that the project asks for goes onto the PATH, or the log says that another one runs. */
export function useJava(tree: Tree): string {
  const wish = wishOf(tree)
  return wish ? `${shell}use_java ${wish.least} ${wish.most} ${quote(wish.who)}` : ':'
}

export function wishOf(tree: Tree): Wish | undefined {
  for (const [file, pattern] of pins) {
    const major = majorOf(pattern.exec(tree.read(file) ?? '')?.groups?.version)
    if (major !== undefined) return { least: major, most: major, who: file }
  }
  const gradle = newestForGradle(tree)
  const least = Math.max(0, ...tree.find('**/pom.xml').slice(0, 200).flatMap(path => releasesIn(tree.read(path) ?? '')))
  if (gradle !== undefined) return { least: 8, most: gradle, who: 'gradle-wrapper.properties' }
  return least > 0 ? { least, most: newestFor(least), who: 'pom.xml' } : undefined
}

/** jenv and others; SDKMAN; asdf and mise. */
const pins: readonly (readonly [string, RegExp])[] = [
  ['.java-version', /^\s*(?:[a-z][\w.]*-)*(?<version>\d[\w.]*)/],
  ['.sdkmanrc', /^\s*java\s*=\s*(?<version>\d[\w.]*)/m],
  ['.tool-versions', /^\s*java\s+(?:[a-z][\w.]*-)*(?<version>\d[\w.]*)/m],
]

/** `17.0.2` and `1.8` → 17 and 8. */
export function majorOf(version: string | undefined): number | undefined {
  const groups = /^(?:1\.)?(?<major>\d{1,2})\b/.exec(version ?? '')?.groups
  return groups && Number(groups.major) > 0 ? Number(groups.major) : undefined
}

const release = /<(?:maven\.compiler\.(?:release|source|target|testRelease)|java\.version|jdk\.version|release|source|target)>\s*(?<version>(?:1\.)?\d{1,2})\s*</g

function releasesIn(pom: string): number[] {
  return [...pom.matchAll(release)].flatMap(found => majorOf(found.groups?.version) ?? [])
}

/** The last JDK that still compiles for that release. */
function newestFor(least: number): number {
  return least <= 5 ? 8 : least === 6 ? 11 : least === 7 ? 19 : any
}

/** The newest Java that can run a Gradle (its compatibility matrix): version, Java. */
const matrix: readonly (readonly [number, number, number])[] = [
  [9, 1, 25], [8, 14, 24], [8, 10, 23], [8, 8, 22], [8, 5, 21], [8, 3, 20], [7, 6, 19], [7, 5, 18], [7, 3, 17], [7, 0, 16],
  [6, 7, 15], [6, 3, 14], [6, 0, 13], [5, 4, 12], [5, 0, 11], [4, 7, 10], [4, 3, 9], [2, 0, 8],
]

function newestForGradle(tree: Tree): number | undefined {
  const found = /gradle-(?<major>\d{1,2})\.(?<minor>\d{1,2})/.exec(tree.read('gradle/wrapper/gradle-wrapper.properties') ?? '')?.groups
  if (!found) return undefined
  const [major, minor] = [Number(found.major), Number(found.minor)]
  return matrix.find(([a, b]) => major > a || major === a && minor >= b)?.[2]
}
