import t from 'tap'
import type { Loose } from './document.ts'
import { serve } from './server.ts'

const definition = {
  name: 'site', git_url: 'https://example.org/site.git', default_branch: 'trunk', languages: ['ts'],
  subprojects: [{ path: 'web', language: 'ts', test: 'npm test', lint: null, recipes: { deploy: 'make deploy' }, timeout_secs: 60 }],
  notify: { email: ['a@example.org'], on: ['test_fail'] },
}

t.test('register, read, replace, remove', async t => {
  const { call, mint } = await serve(t)
  const token = mint('alice')
  const created = await call('POST', '/projects', { token, body: definition })
  t.equal(created.status, 201)
  t.match(created.json, { ...definition, owner: 'alice', created_at: String })
  t.same((await call('GET', '/projects/site', { token })).json, created.json)
  t.equal((await call('POST', '/projects', { token, body: definition })).status, 409)

  const same = await call('PUT', '/projects/site', { token, body: created.json })
  t.same({ ...same.json, updated_at: '' }, { ...created.json, updated_at: '' }, 'what was read can be sent back')
  const replaced = await call('PUT', '/projects/site', { token, body: { git_url: 'https://example.org/new.git' } })
  t.match(replaced.json, { name: 'site', git_url: 'https://example.org/new.git', default_branch: 'main', languages: [], subprojects: [], notify: { email: [], on: [] } })
  for (const field of ['name', 'owner', 'created_at']) {
    const { status, json } = await call('PUT', '/projects/site', { token, body: { git_url: 'https://example.org/new.git', [field]: 'other' } })
    t.equal(status, 400)
    t.match(json.errors, [{ field }])
  }

  t.match(await call('PUT', '/projects/site', { token, body: created.json }), { status: 400, json: { detail: 'The project has been changed since it was read', errors: [{ field: 'updated_at' }] } })

  t.equal((await call('DELETE', '/projects/site', { token })).status, 204)
  t.equal((await call('GET', '/projects/site', { token })).status, 404)
  t.equal((await call('DELETE', '/projects/site', { token })).status, 404)
})

t.test('short forms', async t => {
  const { call, admin: token } = await serve(t)
  const { json } = await call('POST', '/projects', { token, body: { name: 'short', git_url: 'git@example.org:a/b.git', notify: { email: 'a@b' }, subprojects: [{ path: '.', language: 'c' }] } })
  t.match(json, { default_branch: 'main', languages: [], notify: { email: ['a@b'], on: [] }, subprojects: [{ path: '', language: 'c' }] })
})

t.test('what the facade refuses is named too', async t => {
  const { call, admin: token } = await serve(t, { CRAFTING_GIT_ALLOW_FILE: '0' })
  const { status, json } = await call('POST', '/projects', { token, body: { name: 'local', git_url: 'file:///etc' } })
  t.equal(status, 400)
  t.match(json, { code: 'invalid', errors: [{ field: 'git_url' }] })
})

t.test('pages', async t => {
  const { call, mint, admin } = await serve(t)
  const token = mint('alice')
  for (const name of ['c', 'a', 'B', 'd', 'e']) await call('POST', '/projects', { token, body: { name, git_url: 'https://example.org/x.git' } })
  const names: string[] = []
  let cursor = ''
  for (let page = 0; page < 3; page++) {
    const { json } = await call('GET', `/projects?limit=2${cursor && `&cursor=${cursor}`}`, { token })
    names.push(...json.projects.map((one: Loose) => one.name))
    cursor = json.next_cursor
  }
  t.same([names, cursor], [['B', 'a', 'c', 'd', 'e'], null])
  t.equal((await call('GET', '/projects?limit=5', { token })).json.next_cursor, null)
  t.equal((await call('GET', '/projects', { token: admin })).json.projects.length, 5, 'an admin sees all')
})
