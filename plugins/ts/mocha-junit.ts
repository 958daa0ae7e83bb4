import { junitParser } from '../../core/parse/index.ts'

/** Mocha's xunit reporter, whose root is one testsuite, and mocha-junit-reporter (Cypress and Mochawesome users have it too). */
export const mochaJunit = junitParser({ tool: 'mocha', is: head => /<testsuites?\s[^>]*name="Mocha Tests"/.test(head) })
