import { linePattern } from '../../core/parse/index.ts'
import { levelOfLint } from './android-lint-xml.ts'

/** Android lint's text: `res/layout/main.xml:10: Warning: message [HardcodedText]`, then the source line and its underline. */
export const androidLint = linePattern({
  tool: 'android-lint',
  kind: 'lint',
  might: line => line.includes(': Warning: ') || line.includes(': Error: ') || line.includes(': Information: ') || line.includes(': Fatal: ') || line.includes(': Hint: '),
  match: /^(?<file>(?:[A-Za-z]:(?=[\\/]))?[^\s:][^:]{0,1000})(?::(?<line>\d{1,9}))?: (?<level>Fatal|Error|Warning|Information|Hint): (?<message>\S.*) \[(?<rule>[A-Z]\w{1,80})(?: from [^\]]{1,200})?\]$/,
  level: ({ level }) => levelOfLint(level),
})
