import { symlinkSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { command } from '../support/command.ts'
import { commit, makeRepository, writeFiles } from '../support/repository.ts'
import { jobEnd, startServer } from '../support/server.ts'
import { writeSumsPack } from '../support/sums.ts'
import { testdir } from '../support/temporary.ts'

t.setTimeout(120_000)

/** Jobs of a check of a directory, as `subproject recipe: command`, or what was said instead. */
function checker(t: Test) {
  const root = testdir(t)
  const repository = join(root, 'repository')
  const plugins = { CRAFTING_PLUGINS_DIR: writeSumsPack(root) }
  return {
    repository,
    async jobs(...args: string[]) {
      const { stdout, stderr } = await command(root, ['check', repository, '--json', ...args], plugins)
      const { jobs, verdict } = JSON.parse(stdout || '{}')
      return jobs?.length ? (jobs as { subproject: string; recipe: string; run: string }[]).map(job => `${job.subproject || '.'} ${job.recipe}: ${job.run.slice(0, 20)}`) : (verdict?.text ?? stderr) as string
    },
  }
}

t.test('a repository names its subprojects and recipes; what it leaves open is the pack\'s', async t => {
  const { repository, jobs } = checker(t)
  makeRepository(repository, {
    'a/sums.txt': '1 + 1 = 2\n', 'b/sums.txt': '1 + 1 = 2\n', 'c/sums.txt': '1 + 1 = 2\n',
    '.crafting-table.yml': 'subprojects:\n  - path: a\n    language: arithmetic\n    lint: null\n    recipes: { docs: echo docs }\n  - { path: ./b/, language: sums, test: echo b, lint: echo lint }\n',
  })
  t.same(await jobs('--language', 'sums'), ['a test: awk \'{ if ($1 + $3 !', 'a docs: echo docs', 'b test: echo b', 'b lint: echo lint'])

  writeFiles(repository, { '.crafting-table.yml': 'languages: [bash]\n', 'x.sh': '#!/bin/sh\n' })
  t.same((await jobs('--recipe', 'build')), ['. build: ' + (await jobs('--recipe', 'build', '--language', 'bash'))[0]!.slice('. build: '.length)], 'its languages are those that are looked for')
})

t.test('a file that is not as it must be ends the run and says where', async t => {
  const { repository, jobs } = checker(t)
  const files = { 'sums.txt': '1 + 1 = 2\n' }
  makeRepository(repository, { ...files, '.crafting-table.yml': 'subprojects:\n  - path: .\n    langauge: sums\n' })
  t.match(await jobs(), /^\.crafting-table\.yml:2:5: subprojects\[0\]\.language: is required\n\.crafting-table\.yml:3:5: subprojects\[0\]\.langauge: unknown field; did you mean language\?/)
  writeFiles(repository, { '.crafting-table.yml': 'subprojects:\n  - { path: ., language: sums }\n  - { path: ./, language: sums }\n' })
  t.match(await jobs(), /\.crafting-table\.yml: subprojects\[1\]\.path: \. is there twice in sums/)
  writeFiles(repository, { '.crafting-table.yml': 'git_url: https://elsewhere.example/x.git\n' })
  t.match(await jobs(), /git_url: unknown field/)
  const linked = join(repository, '../linked')
  makeRepository(linked, files)
  symlinkSync('/etc/hostname', join(linked, '.crafting-table.yml'))
  const { stdout } = await command(join(repository, '..'), ['check', linked, '--quiet'])
  t.match(stdout, /\.crafting-table\.yml is not a plain file of the repository/)
})

t.test('the project\'s word stands before the repository\'s, that before the pack\'s', async t => {
  const root = testdir(t)
  const repository = join(root, 'repository')
  makeRepository(repository, { 'sums.txt': '1 + 1 = 3\n', '.crafting-table.yml': 'subprojects:\n  - { path: ., language: arithmetic, test: echo theirs, lint: echo their lint, timeout_secs: 77 }\n' })
  const server = await startServer(root, { CRAFTING_PLUGINS_DIR: writeSumsPack(root) })
  t.teardown(() => server.stop())
  const project = async (name: string, subprojects: unknown[]) => { t.equal((await server.request('POST', '/projects', { name, git_url: repository, subprojects })).status, 201) }
  const snapshot = async (name: string, recipe: string) => (await jobEnd(server, (await server.request('POST', `/projects/${name}/jobs`, { recipe })).body.job_id)).job.recipe_snapshot
  await project('own', [{ path: '.', language: 'sums', test: 'echo mine' }])
  t.match(await snapshot('own', 'test'), { source: 'project', run: 'echo mine' })
  t.match(await snapshot('own', 'lint'), { source: '.crafting-table.yml', run: 'echo their lint', timeout_secs: 77 })
  await project('open', [])
  t.match(await snapshot('open', 'test'), { source: '.crafting-table.yml', run: 'echo theirs' })
  commit(repository, { '.crafting-table.yml': 'subprojects:\n  - { path: ., language: sums }\n' })
  t.match(await snapshot('open', 'test'), { source: 'sums' }, 'read from each commit anew')
})
