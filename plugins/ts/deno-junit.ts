import { junitParser } from '../../core/parse/index.ts'

/** `deno test --junit-path`. */
export const denoJunit = junitParser({ tool: 'deno-test', is: head => /<testsuites name="deno test"/.test(head) })
