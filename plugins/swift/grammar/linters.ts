/** How the messages of the linters look that print `file:line:column: warning: message` as the compiler does. */
export const linters = {
  /** `Line Length Violation: Line should be 120 characters or less (line_length)` */
  swiftlint: /^(?<type>[A-Z][^:]{0,100}?)(?: Violation)?: (?<message>.+) \((?<rule>[A-Za-z][\w-]{1,80})\)$/,
  /** `[DoNotUseSemicolons] remove ';'`, in older versions with a colon behind the bracket. */
  'swift-format': /^\[(?<rule>[A-Z][A-Za-z]{2,60})\]:? (?<message>\S.*)$/,
  /** `(indent) Indent code in accordance with the scope level.` */
  swiftformat: /^\((?<rule>[A-Za-z]{2,60})\) (?<message>\S.*)$/,
  /** `[upper-camel-case] class names should be in UpperCamelCase` */
  tailor: /^\[(?<rule>[a-z]+(?:-[a-z]+){1,6})\] (?<message>\S.*)$/,
  /** `Class 'Old' is unused`: Periphery names no rule. */
  periphery: /^(?<message>(?:[A-Z][a-z]+(?: [a-z]+){0,3} '.{1,300}?'|Imported module '.{1,200}?') is (?:unused|assigned, but never used|never used|redundant.*)|Redundant (?:public|internal|fileprivate|private) accessibility .+|Redundant conformance .+|Redundant protocol .+|Superfluous ignore comment.*)$/,
} as const

export type Linter = keyof typeof linters

/** Whose message it is. Swiftlint's ends in a rule, and says `Violation` except where somebody named a rule of his own. */
export function linterOf(message: string): { tool: Linter; groups: Record<string, string | undefined> } | undefined {
  for (const tool of Object.keys(linters) as Linter[]) {
    const groups = linters[tool].exec(message)?.groups
    if (groups && !(tool === 'swiftlint' && !message.includes(' Violation: ') && !groups['rule']!.includes('_'))) return { tool, groups }
  }
  return undefined
}
