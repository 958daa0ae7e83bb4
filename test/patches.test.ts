import t from 'tap'
import { shortTrees } from './bench/seeded/short.ts'
import { missingPrograms, trialAll } from './bench/seeded/suite.ts'
import { mistakes, summaryOf, tableOf, type Judged } from './bench/seeded/table.ts'
import { temporary } from './support/temporary.ts'

t.setTimeout(200_000)

const able = shortTrees.filter(tree => missingPrograms(tree).length === 0)
for (const tree of shortTrees.filter(one => !able.includes(one))) t.comment(`${tree.name} is left out: ${missingPrograms(tree).join(', ')} not on this machine`)

t.test('planted defects, through the whole loop: npm run bench:patches has many more', { skip: able.length === 0 && 'none of its tools is on this machine' }, async t => {
  const root = temporary(t)
  const all: Judged[] = []
  await trialAll(able, root, ({ tree, judged, unseen }) => {
    all.push(...judged)
    t.same(unseen.map(one => `${one.tool} ${one.rule ?? ''}`), [], `${tree}: every defect is reported`)
  })
  t.comment(tableOf(all))
  t.same(mistakes(all), [])
  t.equal(summaryOf(all).regressions, 0)
  t.ok(summaryOf(all).defects >= (able.length === shortTrees.length ? 12 : 3))
  if (able.some(tree => tree.name === 'textwrap')) t.same(new Set(all.filter(one => one.tool === 'ruff').map(one => one.verdict)), new Set(['accepted', 'tests', 'new finding', 'protected']))
})
