import t from 'tap'
import { elsewhere } from '../../core/findings/elsewhere.ts'
import { checkSarif } from '../../core/findings/sarif-check.ts'

async function* pieces(text: string, size: number) {
  for (let at = 0; at < text.length; at += size) yield text.slice(at, at + size)
}
const run = (name: string, ...results: unknown[]) => ({ tool: { driver: { name } }, results })
const text = (...runs: unknown[]) => JSON.stringify({ version: '2.1.0', runs }, null, 1)
const bare = { message: { text: 'x' } }

t.test('what is in a document, however it comes in pieces', async t => {
  const document = `\ufeff${text(run('One', bare, bare), { results: [bare], tool: { driver: {} } }, run('Two'), { tool: { driver: { name: 'Three' } } })}\n\n`
  for (const size of [1, 7, 1e6]) t.same(await checkSarif(pieces(document, size)), { runs: 4, results: 3, tools: ['One', 'Two', 'Three'] }, `${size}`)
  t.same(await checkSarif(pieces(JSON.stringify({ runs: [{ tool: { name: 'Old' }, results: null }], version: '1.0.0' }), 9)), { runs: 1, results: 0, tools: ['Old'] }, 'of an older version')
})

t.test('what is refused, and where the fault is', async t => {
  const good = text(run('One', bare, bare))
  for (const [document, said] of [
    ['', 'body: breaks off at line 1, column 1'],
    ['<html>', 'body: is not JSON at line 1, column 1'],
    ['{"version": "2.1.0",\n "runs": [}', 'runs[0]: is not JSON at line 2, column 11'],
    [good.slice(0, good.lastIndexOf('"text"')), 'runs[0].results[1]: breaks off at line 18, column 7'],
    [`${good}\n{}`, 'body: goes on behind its end, at line 25, column 1'],
    [text(run('One'), run('Two', bare, 7)), 'runs[1].results[1]: must be an object, not a number'],
    [text({ tool: [], results: [] }), 'runs[0].tool: must be an object, not an array'],
    [text(run('One', bare)).replace('"x"', '01'), 'runs[0].results[0]: is not valid JSON, or larger than 64 MiB'],
    [text(), 'runs: must be an array of runs, each with its tool and results'],
    ['[]', 'runs: must be an array of runs, each with its tool and results'],
    ['{"runs":{}}', 'runs: must be an array of runs, each with its tool and results'],
    ['{"version":"3.0","runs":[]}', 'version: "3.0" is none that the farm reads: 2.1.0, 2.0.0, 1.0.0'],
  ] as const) {
    for (const size of [1, 5, 1e6]) await t.rejects(checkSarif(pieces(document, size)), { code: 'invalid', message: said, field: said.slice(0, said.indexOf(':')) }, said)
  }
})

t.test('absolute paths of another machine', t => {
  const files = new Set(['src/a.c', 'src/deep/b.c', 'setup.py', 'stdio.h', 'lib/setup.py'])
  const find = elsewhere(path => files.has(path), 'site')
  t.equal(find('/usr/include/stdio.h'), undefined, 'a bare name says too little')
  t.equal(find('/srv/site/setup.py'), 'setup.py', 'unless its directory is called like the repository')
  t.equal(find('C:/agent/_work/1/s/src/deep/b.c'), 'src/deep/b.c')
  t.equal(find('C:/agent/_work/1/s/setup.py'), 'setup.py', 'or is known by then')
  t.equal(find('/home/ci/w/lib/setup.py'), 'lib/setup.py', 'the longest end that is a file')
  t.equal(find('/nowhere/x.c'), undefined)
  t.end()
})
