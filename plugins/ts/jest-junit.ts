import { junitParser } from '../../core/parse/index.ts'

/** jest-junit, with its default name of the root. */
export const jestJunit = junitParser({ tool: 'jest', is: head => /name="jest tests"/.test(head) })
