import { checkstyleParser } from '../../core/parse/index.ts'
import { wiki } from './shellcheck.ts'

/** `shellcheck -f checkstyle`. */
export const shellcheckCheckstyle = checkstyleParser({
  tool: 'shellcheck',
  kind: 'lint',
  is: head => /<checkstyle\b/.test(head) && /\bsource=['"]ShellCheck\.SC\d/.test(head),
  map(finding) {
    const rule = finding.rule?.replace(/^ShellCheck\./, '')
    return rule === undefined ? finding : { ...finding, rule, help: { url: wiki(rule) } }
  },
})
