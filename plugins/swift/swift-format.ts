import { linterParser } from './grammar/linter.ts'

/** `swift format lint` (swift-format): the toolchain's own formatter. */
export const swiftFormat = linterParser('swift-format', 'lint')
