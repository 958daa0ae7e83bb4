import { junitParser } from '../../core/parse/index.ts'

/** `bun test --reporter=junit`. */
export const bunJunit = junitParser({ tool: 'bun-test', is: head => /<testsuites name="bun test"/.test(head) })
