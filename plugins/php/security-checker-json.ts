import type { JsonParser } from '../../core/contract.ts'
import { entries, list, str } from '../../core/parse/index.ts'
import { vulnerable } from './advisory.ts'

/** local-php-security-checker's and `symfony check:security`'s JSON: packages by name. Source: local-php-security-checker's README. */
export const securityCheckerJson: JsonParser = {
  json: {
    is: head => /^\s*\{\s*"[\w.-]+\/[\w.-]+"\s*:\s*\{\s*"version"\s*:/.test(head) && /"advisories"\s*:\s*(?:\[|\{)/.test(head),
    read(value, { emit }) {
      for (const [name, given] of entries(value)) {
        const all = list(given, 'advisories').length > 0 ? list(given, 'advisories') : entries(given, 'advisories').map(([, one]) => one)
        for (const one of all) {
          const title = str(one, 'title')
          if (title) emit(vulnerable({ tool: 'security-checker', package: name, title, cve: str(one, 'cve') ?? /^CVE-[\d-]+/.exec(title)?.[0], installed: str(given, 'version'), url: str(one, 'link') }))
        }
      }
    },
  },
}
