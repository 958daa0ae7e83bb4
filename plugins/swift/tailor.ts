import { linterParser } from './grammar/linter.ts'

/** Tailor with its formatter xcode. */
export const tailor = linterParser('tailor', 'lint')
