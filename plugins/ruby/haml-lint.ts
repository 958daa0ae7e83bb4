import type { LineParser } from '../../core/contract.ts'
import { levelOf, linePattern } from '../../core/parse/index.ts'

/** The form of HAML-Lint, Slim-Lint and SCSS-Lint, which are one family: `file:3 [W] Linter: message`. */
export function templateLinter(tool: string, extensions: string): LineParser {
  return linePattern({
    tool,
    kind: 'lint',
    might: line => line.includes(' [W] ') || line.includes(' [E] ') || line.includes(' [F] '),
    match: new RegExp(`^(?<file>(?:[A-Za-z]:)?[^:\\s][^:]*\\.(?:${extensions})):(?<line>\\d{1,9})(?::(?<column>\\d{1,9}))? \\[(?<level>[WEF])\\] (?:\\[Corrected\\] )?(?:(?<rule>[A-Z]\\w+): )?(?<message>\\S.*)$`),
    level: ({ level }) => (level === 'W' ? 'warning' : levelOf('error')),
    map: finding => {
      // RuboCop's offenses come through a linter of that name: `RuboCop: Style/StringLiterals: message`.
      const cop = finding.rule === 'RuboCop' ? /^(?<rule>[A-Z]\w*(?:\/[A-Z]\w*)+): (?<message>\S.*)$/.exec(finding.message)?.groups : undefined
      return cop ? { ...finding, rule: cop.rule, message: cop.message ?? '' } : finding
    },
  })
}

/** HAML-Lint's default reporter. Source: its README ("Output"). */
export const hamlLint = templateLinter('haml-lint', 'haml')
