import { junitParser } from '../../core/parse/index.ts'

/** Vitest's junit reporter. */
export const vitestJunit = junitParser({ tool: 'vitest', is: head => /name="vitest tests"/.test(head) })
