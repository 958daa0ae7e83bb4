import { linterParser } from './grammar/linter.ts'

/** SwiftLint's default form (reporters xcode and relative-path). */
export const swiftlint = linterParser('swiftlint', 'lint')
