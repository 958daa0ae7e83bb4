import { linePattern, mark, marks } from '../../core/parse/index.ts'

const said = [
  "'[^']*'(?: from line \\d+)? .*", "redefinition of .*", "undefined name .*", "import '.*", "local variable '.*", "'from .*",
  "import \\* only .*", "from __future__ .*", "future feature .*", "list comprehension redefines .*", "duplicate argument .*",
  "assertion is always true.*", "use ==/!= .*", "f-string is missing placeholders", "t-string is missing placeholders", "unused annotation .*", "dictionary key .*",
  "invalid syntax(?! at \").*", "unexpected indent", "unindent does not match .*", "expected .*", "EOL while .*", "EOF .*", "unterminated .*", "problem decoding source",
  "could not compile", "raise NotImplemented.*", "too many expressions .*", "two starred .*", "(?:continue|break|return|yield).*outside .*", "(?:an )?'.*", "syntax error in .*",
  "unable to detect undefined names.*", "'\\.{3}'.*", "an 'else'.*", "a '.*", "print >>.*", 'dict key .*',
].join('|')
const fault = /^(?:undefined|local variable .* referenced|invalid|unexpected|unindent|expected|EO[LF]|unterminated|problem decoding|could not compile|syntax error|'(?:return|yield|continue|break))/

/**
 * pyflakes by itself, which has no codes: only its known messages are taken. Before 2.2 it printed no column, and in
 * 2.2 to 2.5 no colon after it. Source: pyflakes/messages.py and reporter.py name the messages and the form.
 */
export const pyflakes = linePattern({
  tool: 'pyflakes', kind: 'lint',
  might: text => (marks(text) & mark.colonDigit) !== 0 && text.includes('.py'),
  match: new RegExp(`^(?<file>(?:[A-Za-z]:)?[^:\\s][^:]*\\.pyw?):(?<line>\\d+):(?:(?<column>\\d+):?)? (?<message>${said})$`),
  level: ({ message }) => (fault.test(message ?? '') ? 'error' : 'warning'),
})
