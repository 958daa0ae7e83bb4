import { checkstyleParser } from '../../core/parse/index.ts'
import { kindOf } from './golangci-lint.ts'

/** Checkstyle XML about Go files: golangci-lint's (`source` is the linter) and revive's (`revive/rule`). */
export const goCheckstyle = checkstyleParser({
  tool: 'golangci-lint', kind: 'lint',
  is: head => /<checkstyle[\s>]/.test(head) && /<file name="[^"]*\.go"/.test(head),
  map: finding => {
    const revive = /^revive\/(?<rule>\S+)$/.exec(finding.rule ?? '')?.groups?.rule
    return revive ? { ...finding, tool: 'revive', rule: revive, message: finding.message.replace(/ \(confidence [\d.]{1,5}\)$/, '') } : { ...finding, kind: kindOf(finding.rule ?? '') }
  },
})
