import { join } from 'node:path'
import t from 'tap'
import { command } from '../support/command.ts'
import { writeFiles } from '../support/repository.ts'
import { startServer } from '../support/server.ts'
import { testdir } from '../support/temporary.ts'

t.setTimeout(120_000)
const good = 'name: good\ngit_url: https://git.example.org/good.git\n'

t.test('what fails is told with its place, and stops nothing else', async t => {
  const root = testdir(t)
  const folder = join(root, 'recipes')
  writeFiles(folder, {
    'a.yml': good, 'b.yaml': `${good}default_branch: trunk\n`, 'c.yml': 'name: c\ngit_url: ext::sh -c id\n', 'd.yml': 'name: d\ngit_ulr: https://git.example.org/d.git\n',
    'e.yml': 'name: e\ngit_url: https://git.example.org/e.git\nsubprojects: [{ path: ., language: c, recipes: { Docs: make } }]\n', '.hidden.yml': 'no', 'notes.txt': 'no', 'z.yml': 'name: z\ngit_url: https://git.example.org/z.git\n',
  })
  const { status, stdout, stderr } = await command(root, ['import', folder])
  t.equal(status, 1)
  t.equal(stdout, `created   good (${folder}/a.yml)\ncreated   z (${folder}/z.yml)\n`)
  t.match(stderr, `${folder}/b.yaml: ${folder}/a.yml defines good too\n          Give one of them another name.\n`)
  t.match(stderr, `${folder}/c.yml: git_url: `)
  t.match(stderr, `${folder}/d.yml:2:1: git_ulr: unknown field; did you mean git_url?`)
  t.match(stderr, `${folder}/e.yml:3:`)
  t.match(stderr, /recipes\.Docs: as a name: must be 1 to 32 lower-case letters/)
  t.same((await command(root, ['import', join(root, 'nowhere')])).status, 2)
  t.match((await command(root, ['import'])).stderr, /nothing to import\n.*usage: crafting-table import PATH/)
})

t.test('a server takes its definitions in at each start; owner and jobs stay, the file wins', async t => {
  const root = testdir(t)
  const folder = join(root, 'recipes')
  writeFiles(folder, { 'good.yml': good, 'bad.yml': 'name: [\n' })
  const start = async () => {
    const server = await startServer(root, { CRAFTING_RECIPES_DIR: folder })
    t.teardown(() => server.stop())
    return server
  }
  const first = await start()
  t.match((await first.request('GET', '/projects/good')).body, { owner: 'admin', default_branch: 'main' })
  t.ok(first.log.some(line => line.includes('definition failed') && /bad\.yml:\d+:\d+: /.test(line)), first.log.join('\n'))
  const { bearer } = (await first.request('POST', '/admin/tokens', { name: 'me' })).body
  t.equal((await first.request('POST', '/projects', { name: 'mine', git_url: 'https://git.example.org/mine.git' }, bearer)).status, 201)
  await first.stop()

  writeFiles(folder, { 'good.yml': `${good}default_branch: trunk\n`, 'mine.yml': 'name: mine\ngit_url: https://git.example.org/moved.git\n' })
  const second = await start()
  t.match((await second.request('GET', '/projects/good')).body, { default_branch: 'trunk' })
  t.match((await second.request('GET', '/projects/mine', undefined, bearer)).body, { owner: 'me', git_url: 'https://git.example.org/moved.git' })
  const updated = (await second.request('GET', '/projects/good')).body.updated_at
  await second.stop()

  const third = await startServer(root, { CRAFTING_RECIPES_DIR: join(root, 'nowhere') })
  t.teardown(() => third.stop())
  t.ok(third.log.some(line => /definitions not read/.test(line)), 'it starts all the same')
  t.equal((await third.request('GET', '/projects/good')).body.updated_at, updated)
})
