import { linePattern } from '../../core/parse/index.ts'

/** Laravel Pint: a file that is (✓) or would be (⨯) changed, with its fixers; `!` cannot be read. Source: Laravel's documentation, "Pint". */
export const pint = linePattern({
  tool: 'pint',
  kind: 'format',
  might: line => line.startsWith('  ') && /[⨯✓!]/.test(line.charAt(2)),
  match: /^ {2}(?<level>[⨯✓!]) (?<file>\S.*?\.php) +(?<message>\S.*?) *$/,
  level: ({ level }) => (level === '!' ? 'error' : 'warning'),
  map: finding => (finding.level === 'error' ? finding : { ...finding, rule: finding.message.split(',', 1)[0] ?? '', message: `would be changed: ${finding.message}` }),
})
