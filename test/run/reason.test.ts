import { join } from 'node:path'
import t from 'tap'
import { lastLines, lastWords } from '../../core/run/reason.ts'

t.test('the last words are the last that can be read', async t => {
  const directory = t.testdir({
    maven: '[crafting-table] $ mvn verify\n[ERROR] why\n[ERROR] -> \u001b[1m[Help 1]\u001b[m\n\n\u001b[0m\n\u001b[0m\u001b[0m\n[crafting-table] failed\n',
    yarn: 'cannot find the database\nerror Command failed with exit code 1.\ninfo Visit https://yarnpkg.com/en/docs/cli/run for documentation about this command.\n',
    npm: 'cannot find the database\nnpm error Lifecycle script `test` failed with error:\nnpm error code 1\nnpm error path /x\nnpm error workspace a@1.0.0\nnpm error location /x\nnpm error command failed\nnpm error command sh -c a\n',
    pnpm: 'cannot find the database\n ELIFECYCLE  Test failed. See above for more details.\n[ELIFECYCLE] Test failed. See above for more details.\n',
    bun: 'cannot find the database\nerror: script "test" exited with code 1\n',
    alone: 'error Command failed with exit code 1.\n',
    silent: '[crafting-table] $ false\n\u001b[0m\n',
  })
  t.equal(await lastWords(join(directory, 'maven')), '[ERROR] -> [Help 1]')
  t.same(await lastLines(join(directory, 'maven'), 5), ['[ERROR] why', '[ERROR] -> [Help 1]'])
  for (const manager of ['yarn', 'npm', 'pnpm', 'bun']) t.equal(await lastWords(join(directory, manager)), 'cannot find the database', manager)
  t.equal(await lastWords(join(directory, 'alone')), 'error Command failed with exit code 1.')
  t.equal(await lastWords(join(directory, 'silent')), undefined)
})
