import type { LanguagePack } from '../../core/contract.ts'
import { annotations } from './annotations.ts'
import { codeclimate } from './codeclimate.ts'
import { crash } from './crash.ts'
import { linker } from './linker.ts'
import { peripheryJson } from './periphery-json.ts'
import { periphery } from './periphery.ts'
import { fixers, recipes, swiftformatGet, swiftGet, swiftlintGet } from './recipes.ts'
import { swiftFormat } from './swift-format.ts'
import { swiftTesting } from './swift-testing.ts'
import { swiftc } from './swiftc.ts'
import { swiftformat } from './swiftformat.ts'
import { swiftlintJson } from './swiftlint-json.ts'
import { swiftlintSonar } from './swiftlint-sonar.ts'
import { swiftlintTable } from './swiftlint-table.ts'
import { swiftlint } from './swiftlint.ts'
import { swiftpm } from './swiftpm.ts'
import { tailorJson } from './tailor-json.ts'
import { tailor } from './tailor.ts'
import { xcodebuild } from './xcodebuild.ts'
import { xcpretty } from './xcpretty.ts'
import { xcresult } from './xcresult.ts'
import { xctest } from './xctest.ts'

export default {
  kind: 'language',
  api: 1,
  name: 'swift',
  title: 'Swift',
  aliases: ['swiftpm', 'xcode', 'objective-c'],
  markers: ['Package.swift'],
  extensions: ['.swift'],
  interpreters: ['swift'],
  claimsLoose: true,
  recipes,
  parsers: {
    swiftlint, 'swift-format': swiftFormat, swiftformat, tailor, periphery, annotations, 'swiftlint-table': swiftlintTable,
    swiftc, xctest, 'swift-testing': swiftTesting, crash, linker, xcodebuild, swiftpm, xcpretty,
    xcresult, 'swiftlint-json': swiftlintJson, 'swiftlint-sonar': swiftlintSonar, codeclimate, 'periphery-json': peripheryJson, 'tailor-json': tailorJson,
  },
  fixers,
  homes: { SWIFTLY_HOME_DIR: '.local/share/swiftly', SWIFTLY_BIN_DIR: '.local/share/swiftly/bin' },
  caches: { SWIFTPM_CACHE: 'swiftpm' },
  toolchain: [
    { name: 'swift', version: 'swift --version', get: swiftGet, neededFor: ['build', 'test', 'lint'] },
    { name: 'swiftc', version: 'swiftc --version', get: swiftGet, neededFor: ['build'] },
    { name: 'swiftlint', version: 'swiftlint version', get: swiftlintGet, neededFor: ['lint'] },
    { name: 'swiftformat', version: 'swiftformat --version', get: swiftformatGet, neededFor: ['lint'] },
    { name: 'xcodebuild', version: 'xcodebuild -version', get: 'Xcode, which there is for macOS only', neededFor: ['build'] },
  ],
} satisfies LanguagePack
