import { linterParser } from './grammar/linter.ts'

/** `swiftformat --lint` (nicklockwood's): what it would change. */
export const swiftformat = linterParser('swiftformat', 'format')
