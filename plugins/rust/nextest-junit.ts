import { junitParser } from '../../core/parse/index.ts'
import { tool } from './nextest.ts'

/** What `[profile.*.junit]` of .config/nextest.toml asks for. */
export const nextestJunit = junitParser({ tool, is: head => /<testsuites\b[^>]{0,300}\bname="nextest-run"/.test(head) })
