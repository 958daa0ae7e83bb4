import { tapParser } from '../../core/parse/index.ts'

/** TAP of any producer. */
export const tap = tapParser({ tool: 'tap' })
