import { linterParser } from './grammar/linter.ts'

/** `periphery scan`: code that nobody uses, in its form for Xcode. */
export const periphery = linterParser('periphery', 'lint')
