import { junitParser } from '../../core/parse/index.ts'

/** `node --test-reporter=junit`: the root has no attributes, every case the class `test`. */
export const nodeJunit = junitParser({ tool: 'node-test', is: head => /<testsuites>/.test(head) && /<testcase name="[^"]*" time="[^"]*" classname="test"/.test(head) })
