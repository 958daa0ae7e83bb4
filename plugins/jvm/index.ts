import type { LanguagePack } from '../../core/contract.ts'
import { ajc } from './ajc.ts'
import { androidLintXml } from './android-lint-xml.ts'
import { androidLint } from './android-lint.ts'
import { antJunit } from './ant-junit.ts'
import { ant } from './ant.ts'
import { bytecode } from './bytecode.ts'
import { checkstyleXml } from './checkstyle-xml.ts'
import { checkstyle } from './checkstyle.ts'
import { codenarcXml } from './codenarc-xml.ts'
import { codenarc } from './codenarc.ts'
import { cpd } from './cpd.ts'
import { dependencyCheckJson } from './dependency-check-json.ts'
import { dependencyCheckXml } from './dependency-check-xml.ts'
import { dependencyCheck } from './dependency-check.ts'
import { detekt } from './detekt.ts'
import { duplicatesXml } from './duplicates-xml.ts'
import { ecjXml } from './ecj-xml.ts'
import { ecj } from './ecj.ts'
import { exception } from './exception.ts'
import { fixers } from './fixers.ts'
import { gradleTest } from './gradle-test.ts'
import { gradle } from './gradle.ts'
import { groovyc } from './groovyc.ts'
import { hotspot } from './hotspot.ts'
import { ideaXml } from './idea-xml.ts'
import { javac } from './javac.ts'
import { junitConsole } from './junit-console.ts'
import { junitXml } from './junit-xml.ts'
import { kotlinc } from './kotlinc.ts'
import { ktlintJson } from './ktlint-json.ts'
import { ktlint } from './ktlint.ts'
import { maven } from './maven.ts'
import { ossindex } from './ossindex.ts'
import { pitXml } from './pit-xml.ts'
import { pmdCsv } from './pmd-csv.ts'
import { pmdJson } from './pmd-json.ts'
import { pmdXml } from './pmd-xml.ts'
import { pmd } from './pmd.ts'
import { recipes } from './recipes.ts'
import { sbtTest } from './sbt-test.ts'
import { sbt } from './sbt.ts'
import { scalac } from './scalac.ts'
import { scalafmt } from './scalafmt.ts'
import { scalastyle } from './scalastyle.ts'
import { scapegoatXml } from './scapegoat-xml.ts'
import { spotbugsXml } from './spotbugs-xml.ts'
import { spotbugs } from './spotbugs.ts'
import { spotless } from './spotless.ts'
import { surefire } from './surefire.ts'
import { testngXml } from './testng-xml.ts'
import { testng } from './testng.ts'

export default {
  kind: 'language',
  api: 1,
  name: 'jvm',
  title: 'Java, Kotlin, Scala and Groovy',
  aliases: ['java', 'kotlin', 'scala', 'groovy'],
  markers: [
    'pom.xml', 'build.gradle', 'build.gradle.kts', 'settings.gradle', 'settings.gradle.kts', 'build.sbt', 'build.xml', 'build.sc', 'build.mill',
  ],
  extensions: ['.java', '.kt', '.kts', '.scala', '.sc', '.groovy'],
  claimsLoose: true,
  nested: 'part',
  recipes,
  parsers: {
    checkstyle, javac, ecj, 'ecj-xml': ecjXml, kotlinc, scalac, groovyc, ajc,
    maven, gradle, ant, sbt,
    surefire, 'gradle-test': gradleTest, 'ant-junit': antJunit, 'junit-console': junitConsole, 'sbt-test': sbtTest, testng,
    'junit-xml': junitXml, 'testng-xml': testngXml,
    'checkstyle-xml': checkstyleXml, pmd, 'pmd-xml': pmdXml, 'pmd-json': pmdJson, 'pmd-csv': pmdCsv, cpd, 'duplicates-xml': duplicatesXml,
    spotbugs, 'spotbugs-xml': spotbugsXml, bytecode, ktlint, 'ktlint-json': ktlintJson, detekt,
    'android-lint': androidLint, 'android-lint-xml': androidLintXml, scalastyle, 'scapegoat-xml': scapegoatXml, scalafmt, spotless,
    codenarc, 'codenarc-xml': codenarcXml, 'idea-xml': ideaXml,
    'dependency-check': dependencyCheck, 'dependency-check-json': dependencyCheckJson, 'dependency-check-xml': dependencyCheckXml,
    ossindex, 'pit-xml': pitXml, hotspot, exception,
  },
  fixers,
  caches: { MAVEN_USER_HOME: 'maven', GRADLE_USER_HOME: 'gradle', COURSIER_CACHE: 'coursier', IVY_HOME: 'ivy', SBT_BOOT: 'sbt' },
  homes: { SDKMAN_DIR: '.sdkman', ANDROID_HOME: 'Android/Sdk' },
  toolchain: [
    { name: 'javac', version: 'javac -version', get: 'apt install openjdk-17-jdk-headless, or sdk install java', neededFor: ['build', 'test', 'lint'] },
    { name: 'mvn', version: 'mvn --version', get: 'apt install maven', neededFor: ['build', 'test', 'lint', 'audit'] },
    { name: 'gradle', version: 'gradle --version', get: 'sdk install gradle; a project with gradlew brings its own', neededFor: ['build', 'test', 'lint', 'audit'] },
    { name: 'ant', version: 'ant -version', get: 'apt install ant', neededFor: ['build', 'test'] },
    { name: 'sbt', version: 'sbt --script-version', get: 'sdk install sbt, or cs install sbt', neededFor: ['build', 'test', 'lint'] },
    { name: 'kotlinc', version: 'kotlinc -version', get: 'sdk install kotlin', neededFor: ['build', 'test'] },
    { name: 'scalac', version: 'scalac -version', get: 'sdk install scala, or cs install scala', neededFor: ['build', 'test'] },
    { name: 'mill', version: 'mill --version', get: 'cs install mill; a project with ./mill brings its own', neededFor: ['build', 'test'] },
    { name: 'osv-scanner', version: 'osv-scanner --version', get: 'go install github.com/google/osv-scanner/v2/cmd/osv-scanner@latest', neededFor: ['audit'] },
    { name: 'groovyc', version: 'groovyc --version', get: 'apt install groovy, or sdk install groovy', neededFor: ['build'] },
  ],
} satisfies LanguagePack
