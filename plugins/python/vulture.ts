import { linePattern, marksPlace } from '../../core/parse/index.ts'

/** vulture's unused code. Source: vulture's documentation, "Usage". */
export const vulture = linePattern({
  tool: 'vulture', kind: 'lint', level: ({ syntax }) => (syntax ? 'error' : 'warning'),
  might: marksPlace,
  match: /^(?<file>(?:[A-Za-z]:)?[^:\s][^:]*):(?<line>\d+): (?<message>(?:(?<what>unused [a-z]+) '[^']*'|(?<dead>unreachable code|unsatisfiable \S+ condition|redundant \S+)\b.*?) \(\d+% confidence(?:, \d+ lines?)?\)|(?<syntax>invalid syntax) at ".*")$/,
  map: (finding, { what, dead, syntax }) => ({ ...finding, rule: (what ?? dead ?? syntax ?? 'dead-code').replace(/[^a-z]+/gi, '-') }),
})
