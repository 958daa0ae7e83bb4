/** What is put into a text: borders of numbers, marks of the formats that are read, and what terminals and Unicode have to offer. */
const scraps = [
  '', '\0', '\n', '\r', '\r\n', '\t', ' ', '\u001b[31m', '\u001b[2K', '\u001b]8;;x\u0007', '\ufeff', '\ud800', '\u202e', '\u2028', '\u{10ffff}', 'İ', '0', '-1', '00', '2147483648', '9007199254740993', '1e999', 'NaN',
  '{', '}', '[', ']', '[]', '{}', '":', '","', '\\', '\\u', '"', "'", 'null', 'true', '__proto__', 'constructor', 'toString', '<', '>', '</', '/>', '<!--', '-->', '<![CDATA[', ']]>', '<!DOCTYPE x [', '&#0;', '&amp;', '&x;',
  ':', '::', '(', ')', '|', '#', '../../../etc/passwd', '/', '//', 'C:\\', 'file:///', 'http://[', '%', '%00', '%zz', 'error: ', 'warning: ', 'not ok ', 'ok 1 - ', '1..9999999999', '---', '...', '###', '$', '^', '=', ',', ';',
]

type Change = (text: string, random: () => number, other: string) => string

const placeIn = (text: string, random: () => number) => Math.floor(random() * (text.length + 1))
const lengthOf = (random: () => number) => Math.floor(2 ** (random() * 8))
const scrapOf = (random: () => number) => scraps[Math.floor(random() * scraps.length)] ?? ''

const changes: readonly Change[] = [
  (text, random) => { const at = placeIn(text, random); return text.slice(0, at) + scrapOf(random) + text.slice(at) },
  (text, random) => { const at = placeIn(text, random); return text.slice(0, at) + text.slice(at + lengthOf(random)) },
  (text, random) => { const at = placeIn(text, random); return text.slice(0, at) + scrapOf(random) + text.slice(at + lengthOf(random)) },
  (text, random) => { const at = placeIn(text, random); return text.slice(0, at) + text.slice(at, at + lengthOf(random)).repeat(2 + lengthOf(random)) + text.slice(at) },
  (text, random) => text.slice(0, placeIn(text, random)),
  (text, random) => text.slice(placeIn(text, random)),
  (text, random) => { const at = placeIn(text, random); return text.slice(0, at) + String.fromCharCode(Math.floor(random() * 65_536)) + text.slice(at + 1) },
  (text, random, other) => text.slice(0, placeIn(text, random)) + other.slice(placeIn(other, random)),
  (text, random) => { const lines = text.split('\n'); const at = Math.floor(random() * lines.length); lines.splice(at, 0, ...lines.splice(Math.floor(random() * lines.length), 1)); return lines.join('\n') },
  (text, random) => { const lines = text.split('\n'); lines.splice(Math.floor(random() * lines.length), lengthOf(random)); return lines.join('\n') },
  (text, random) => text.replaceAll('\n', ['\r\n', '', ' ', '\r'][Math.floor(random() * 4)] ?? ''),
  (text, random) => text.replaceAll(/\d+/g, number => random() < 0.2 ? scrapOf(random) : number),
  (text, random) => text.replaceAll(/"[^"\n]{0,40}"/g, word => random() < 0.1 ? ['null', '[]', '{}', '1', `"${scrapOf(random)}"`][Math.floor(random() * 5)] ?? '' : word),
]

/** A longer text says no more of a parser than this much of it. */
const longest = 262_144

/** One to six changes of a text, the same for the same random numbers. `other` is a text to be crossed with. */
export function mutate(text: string, other: string, random: () => number): string {
  let changed = text
  for (let left = 1 + Math.floor(random() * 6); left > 0; left--) changed = (changes[Math.floor(random() * changes.length)] as Change)(changed, random, other).slice(0, longest)
  return changed
}
