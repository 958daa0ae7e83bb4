import { join } from 'node:path'
import t from 'tap'
import { lastLines, lastWords } from '../../core/run/reason.ts'

t.test('the last words are the last that can be read', async t => {
  const directory = t.testdir({
    maven: '[crafting-table] $ mvn verify\n[ERROR] why\n[ERROR] -> \u001b[1m[Help 1]\u001b[m\n\n\u001b[0m\n\u001b[0m\u001b[0m\n[crafting-table] failed\n',
    silent: '[crafting-table] $ false\n\u001b[0m\n',
  })
  t.equal(await lastWords(join(directory, 'maven')), '[ERROR] -> [Help 1]')
  t.same(await lastLines(join(directory, 'maven'), 5), ['[ERROR] why', '[ERROR] -> [Help 1]'])
  t.equal(await lastWords(join(directory, 'silent')), undefined)
})
