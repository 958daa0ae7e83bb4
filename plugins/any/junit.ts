import { junitParser } from '../../core/parse/index.ts'

/** JUnit XML of any runner. */
export const junit = junitParser({ tool: 'junit', is: head => /<testsuites?[\s/>]/.test(head.slice(0, 4096)) })
