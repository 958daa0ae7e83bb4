import t from 'tap'
import type { Replacement } from '../../core/contract.ts'
import { replaced } from './draft-offer.ts'

const at = (line: number, column: number, endLine: number, endColumn: number, text: string): Replacement => ({ line, column, endLine, endColumn, text })

t.test('places of an offer', async t => {
  const text = 'one two\r\nthree\nvier fünf\n'
  const cases: [name: string, replacements: Replacement[], expected: string | undefined][] = [
    ['a word', [at(1, 5, 1, 8, 'zwei')], 'one zwei\r\nthree\nvier fünf\n'],
    ['two of a line, in any order', [at(1, 1, 1, 4, '1'), at(1, 5, 1, 8, '2')], '1 2\r\nthree\nvier fünf\n'],
    ['an insertion', [at(2, 6, 2, 6, '!')], 'one two\r\nthree!\nvier fünf\n'],
    ['a line and its end', [at(2, 1, 3, 1, '')], 'one two\r\nvier fünf\n'],
    ['behind a letter of two bytes', [at(3, 6, 3, 10, 'five')], 'one two\r\nthree\nvier five\n'],
    ['to the end of the text', [at(3, 1, 4, 1, 'end\n')], 'one two\r\nthree\nend\n'],
    ['beyond the line', [at(2, 9, 2, 10, 'x')], undefined], ['beyond the text', [at(9, 1, 9, 1, 'x')], undefined], ['column 0', [at(1, 0, 1, 1, 'x')], undefined],
    ['backwards', [at(1, 5, 1, 2, 'x')], undefined],
  ]
  for (const [name, replacements, expected] of cases) t.equal(replaced(text, replacements), expected, name)
})

t.test('columns that tools count differently are not guessed', async t => {
  // ruff counts characters, SARIF's default is UTF-16: the f-string begins in column 14 for the one and 15 for the other.
  const text = 'x = "😀"; z = f"a"\n'
  t.equal(replaced(text, [at(1, 14, 1, 18, '"a"')]), undefined)
  t.equal(replaced(text, [at(1, 1, 1, 2, 'y')]), text.replace('x', 'y'), 'before it there is no doubt')
})
