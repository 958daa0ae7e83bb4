import t from 'tap'
import { isOneOf } from './branches.ts'

t.test('globs of branches', async t => {
  const named = {
    main: ['main'], 'release/*': ['release/1', 'release/'], 'release/**': ['release', 'release/1', 'release/a/b'], '**': ['main', 'a/b'], 'v?': ['v1'], '*': ['main', 'a+b'],
    '{main,next}': ['main', 'next'], '{a,b}{c,d/{e,f}}': ['bc', 'ad/f'], 'v[0-9]': ['v1'], '[^a-c]x': ['dx'], '!main': ['next', 'a/b'], 'feature/**/x': ['feature/x', 'feature/a/b/x'], '**/x': ['x', 'a/x'],
    'a+b': ['a+b'], 'a.b': ['a.b'], '\\*': ['*'], 'a{': ['a{'], 'a}': ['a}'], '[': ['['], '[z-a]': ['[z-a]'], 'ä*': ['äö'], 'a,b': ['a,b'], '\\{a,b}': ['\\{a,b}'], 'a*c*': ['abcd', 'ac'],
  }
  for (const [glob, branches] of Object.entries(named)) for (const branch of branches) t.ok(isOneOf(branch, ['nothing', glob]), `${glob} names ${branch}`)
  const others = { main: ['Main', 'main/x', 'xmain', ''], 'release/*': ['release', 'release/a/b'], '*': ['a/b'], 'v?': ['v', 'v/', 'v12'], 'a.b': ['axb'], '!main': ['main'], 'v[0-9]': ['va'], '(a|b)': ['a'], '$&': ['a'] }
  for (const [glob, branches] of Object.entries(others)) for (const branch of branches) t.notOk(isOneOf(branch, [glob]), `${glob} does not name ${branch}`)
})

t.test('no glob and no branch keeps the farm at work', async t => {
  const began = performance.now()
  for (const glob of [`${'*a'.repeat(126)}*b`, '**/'.repeat(80), `${'{*,**}'.repeat(40)}b`, '(([a]+)+)+b', '+(a|a*)b', '{'.repeat(255), '['.repeat(255)]) t.notOk(isOneOf('a'.repeat(255), [glob]), glob.slice(0, 20))
  t.ok(performance.now() - began < 5000, `${performance.now() - began} ms`)
})
