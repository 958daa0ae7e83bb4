import { linePattern } from '../../core/parse/index.ts'

const path = String.raw`(?<file>(?:[A-Za-z]:(?=[\\/]))?[^\s:"<>|*?[][^:"<>|*?]{0,1000}\.kts?)`

/** detekt's text: the console since 1.10 (`A.kt:4:9: message [Rule]`), the txt report and the older console (`Rule - [signature] at A.kt:4:9`). */
export const detekt = linePattern({
  tool: 'detekt',
  kind: 'lint',
  level: 'warning',
  might: line => line.includes('.kt:') || line.includes('.kts:'),
  match: [
    new RegExp(String.raw`^\s{0,8}(?:(?<level>[ew]): )?${path}:(?<line>\d{1,9}):(?<column>\d{1,9}): (?!(?:error|warning|info): )(?<message>\S.*) \[(?<rule>[A-Z][a-z]\w{1,80})\]$`),
    new RegExp(String.raw`^\s{0,8}(?<rule>[A-Z]\w{1,80}) - (?<message>\S.{0,2000}?) at ${path}:(?<line>\d{1,9}):(?<column>\d{1,9})(?: - Signature=.*)?$`),
  ],
  map: (finding, { level }) => ({ ...finding, message: /^\[.*\]$/.test(finding.message) ? `${finding.rule} ${finding.message}` : finding.message, ...level === 'e' && { level: 'error' as const } }),
})
