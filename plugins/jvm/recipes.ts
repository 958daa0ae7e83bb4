import type { PackRecipe, Tree } from '../../core/contract.ts'
import { gradleRecipes } from './gradle-recipes.ts'
import { looseRecipes } from './loose-recipes.ts'
import { mavenRecipes } from './maven-recipes.ts'
import { scalaRecipes } from './scala-recipes.ts'

/** What osv-scanner can read of a build: POMs, and what Gradle has locked. */
const isLocked = (tree: Tree) => tree.has('pom.xml') || tree.has('**/gradle.lockfile') || tree.has('gradle/verification-metadata.xml')

/** Nobody has configured an audit. osv-scanner's report is JSON, its service the network's: out of reach, it ends with a status beyond 1. */
const osvScanner: PackRecipe = {
  name: 'audit', title: 'osv-scanner', when: isLocked, needs: ['osv-scanner'],
  run: 'osv-scanner scan source --recursive --format json --output "$CRAFTING_REPORTS/osv-scanner.json" .',
}

export const recipes: readonly PackRecipe[] = [...mavenRecipes, ...gradleRecipes, ...scalaRecipes, ...looseRecipes, osvScanner]
