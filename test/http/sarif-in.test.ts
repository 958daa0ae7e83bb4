import { execFileSync } from 'node:child_process'
import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { gzipSync } from 'node:zlib'
import t, { type Test } from 'tap'
import { withUpload } from '../../core/run/upload.ts'
import { makeRepository } from '../support/repository.ts'
import { command } from '../support/command.ts'
import type { Loose } from './document.ts'
import { repository, serve } from './server.ts'

t.setTimeout(120_000)

const source = 'int a;\nint b;\nint c;\nint d;\nint e;\nint f;\n'

async function farm(t: Test) {
  const served = await serve(t)
  const token = served.mint('me')
  const directory = join(served.directory, 'site')
  const git_url = repository(directory, { 'src/a.c': source, 'my file.c': source, 'build.sh': 'true\n' })
  await served.call('POST', '/projects', { token, body: { name: 'p', git_url, subprojects: [{ path: '', language: 'c', recipes: { build: 'sh build.sh' }, test: null, lint: null, audit: null }] } })
  const git = (...args: string[]) => execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@localhost', ...args], { cwd: directory, encoding: 'utf8', stdio: 'pipe' }).trim()
  const send = (body: string | Buffer, query = '', headers: Record<string, string> = {}) => fetch(`${served.url}/projects/p/sarif${query}`, { method: 'POST', body, headers: { authorization: `Bearer ${token}`, ...headers } })
    .then(async answer => ({ status: answer.status, json: await answer.json() as Loose }))
  const take = async (body: string | Buffer, query = '') => {
    const answer = await send(body, query)
    t.equal(answer.status, 201, JSON.stringify(answer.json))
    return { job: answer.json.job, findings: (await served.call('GET', `/jobs/${answer.json.job_id}/findings`, { token })).json.findings as Loose[] }
  }
  const commit = (file: string, text: string) => {
    writeFileSync(join(directory, file), text)
    git('add', '-A')
    git('commit', '-qm', 'next')
    return git('rev-parse', 'HEAD')
  }
  const status = async () => (await served.call('GET', '/projects/p/status', { token })).json
  return { ...served, token, send, take, commit, status, directory, git }
}

const at = (uri: string, line: number, more = {}) => ({ physicalLocation: { artifactLocation: { uri, ...more }, region: { startLine: line, startColumn: 1 } } })
const result = (ruleId: string, text: string, ...locations: unknown[]) => ({ ruleId, level: 'error', message: { text }, locations })
const document = (name: string | undefined, ...results: unknown[]) => JSON.stringify({ version: '2.1.0', runs: [{ ...(name === undefined ? {} : { tool: { driver: { name } } }), results }] })

t.test('another tool\'s results are followed and gated like the farm\'s own', async t => {
  const { take, commit, status, call, token, farm: { ended } } = await farm(t)
  const first = await take(document('Odd Lint', result('R1', 'bad', at('src/a.c', 3))))
  t.match(first.job, { recipe: 'odd-lint', language: '', subproject: '', status: 'passed', run_id: null, branch: 'main', exit_code: null, message: 'imported 1 results of Odd Lint', findings: { new: 1, error: 1 } })
  t.match(first.findings, [{ tool: 'odd-lint', rule: 'R1', file: 'src/a.c', line: 3, state: 'new', snippet: { start: 1 } }])
  t.match(await status(), { verdict: 'green', findings: { new: 1 } }, 'a project starts with what it has')

  commit('src/a.c', `// two\n// lines\n${source}`)
  const second = await take(gzipSync(document('Odd Lint', result('R1', 'bad', at('src/a.c', 5)), result('R2', 'worse', at('src/a.c', 8)))))
  t.match(second.findings, [{ state: 'unchanged', line: 5, identity: first.findings[0]?.identity }, { state: 'new' }])
  t.match(await status(), { verdict: 'red', reasons: [{ rule: 'new_findings', recipe: 'odd-lint', message: 'new: 1 error' }] })

  const other = await take(document('Other', result('R1', 'x', at('src/a.c', 1))))
  t.match(other.findings, [{ state: 'new' }], 'tools that come apart are followed apart')
  const { json } = await call('POST', '/projects/p/runs', { token, body: {} })
  await ended(json.run_id)
  t.same((await status()).jobs.map((job: Loose) => job.recipe).toSorted(), ['build', 'odd-lint', 'other'], 'a run of everything does not silence them')

  commit('build.sh', 'echo\n')
  t.match((await take(document('Odd Lint', result('R1', 'bad', at('src/a.c', 5))))).job.findings, { new: 0, unchanged: 1, fixed: 1 })
  t.match(await status(), { verdict: 'green' })
  t.equal((await call('GET', `/jobs/${other.job.job_id}/log`, { token })).text, '')
})


t.test('what other producers do', async t => {
  const { take, git, directory } = await farm(t)
  const head = git('rev-parse', 'HEAD')
  git('checkout', '-qb', 'side')
  const odd = JSON.stringify({
    runs: [
      {
        results: [
          { message: { id: 'm', arguments: ['one', 'two'] }, ruleIndex: 0, locations: [at('file:///C:/agent/_work/1/s/src/a.c', 2)] },
          { message: { text: 'b' }, locations: [at('my%20file.c', 1, { uriBaseId: 'SRC' })] },
          { message: { markdown: 'c' }, ruleId: 'none' },
          { ruleId: 'nothing but this' },
          { message: { text: 'fine' }, kind: 'pass' },
          { message: { text: 'muted' }, suppressions: [{ kind: 'inSource' }] },
        ],
        originalUriBaseIds: { SRC: { uri: 'file:///home/ci/work/site/' } },
        tool: { driver: { name: 'Late', rules: [{ id: 'L1', messageStrings: { m: { text: '{0} and {1}' } } }] } },
      },
      { tool: { driver: { name: 'Late', rules: null } }, results: [{ message: { text: 'd' }, locations: [at(`${directory}/src/a.c`, 4)] }] },
    ],
  })
  const { job, findings } = await take(Buffer.from(`\ufeff${odd}`, 'utf16le'), `?ref=refs/heads/side&sha=${head}&subproject=src`)
  t.match(job, { recipe: 'late', ref: 'side', sha: head, subproject: 'src', message: 'imported 7 results of Late in 2 runs' })
  t.same(findings.map(one => [one.tool, one.rule, one.file, one.line, one.message]), [
    ['late', 'L1', 'src/a.c', 2, 'one and two'], ['late', null, 'my file.c', 1, 'b'], ['late', 'none', null, null, 'c'], ['late', 'nothing but this', null, null, 'nothing but this'], ['late', null, 'src/a.c', 4, 'd'],
  ])
  const nameless = await take(document(undefined, result('R1', 'x', at('src/a.c', 1))), '?tool=my-checker')
  t.match(nameless, { job: { recipe: 'my-checker' }, findings: [{ tool: 'my-checker' }] })
})

t.test('what is refused leaves nothing behind', async t => {
  const { send, call, token, farm: { config } } = await farm(t)
  const good = document('X', result('R', 'm', at('src/a.c', 1)))
  for (const [body, query, status, field, said, headers] of [
    ['{"runs": [', '', 400, 'runs', /breaks off at line 1/],
    [document('X', 5), '', 400, 'runs[0].results[0]', /must be an object, not a number/],
    [gzipSync(good).subarray(0, 60), '', 400, 'body', /gzip that cannot be unpacked/],
    [good, '?ref=nowhere', 400, 'ref', /no branch, tag or commit nowhere/],
    [good, `?sha=${'0'.repeat(40)}`, 400, 'sha', /no branch, tag or commit 0000/],
    [good, '?subproject=../x', 400, 'subproject', /must be relative/],
    [good, '', 415, undefined, /encoding br/, { 'content-encoding': 'br' }],
    [gzipSync(Buffer.alloc(257 * 2 ** 20, 32)), '', 413, 'body', /larger than 256 MiB/],
  ] as [string | Buffer, string, number, string | undefined, RegExp, Record<string, string>?][]) {
    const answer = await send(body, query, headers)
    t.equal(answer.status, status, String(said))
    if (field !== undefined) t.equal(answer.json.errors[0].field, field)
    t.match(JSON.stringify(answer.json), said)
  }
  t.same((await call('GET', '/jobs', { token })).json.jobs, [])
  t.same(readdirSync(config.dataDir).filter(name => name.startsWith('upload-')), [])
})

t.test('import-sarif: the same on the command line', async t => {
  const root = t.testdir()
  const site = join(root, 'site')
  makeRepository(site, { 'src/a.c': source, 'run.sh': 'true\n' })
  await command(root, ['check', site, '--recipe', 'build', '--quiet'])
  writeFileSync(join(root, 'x.sarif'), document('Odd Lint', result('R1', 'bad', at('src/a.c', 3))))
  writeFileSync(join(root, 'broken.sarif'), '{')
  const taken = await command(root, ['import-sarif', site, join(root, 'x.sarif'), '--ref', 'main'])
  t.equal(taken.status, 0, taken.stderr)
  t.match(taken.stdout, /^[0-9a-f-]{36} {2}odd-lint [0-9a-f]{12}: 1 new, 0 unchanged, 0 fixed\n$/)
  const broken = await command(root, ['import-sarif', site, join(root, 'broken.sarif'), '--ref', 'main'])
  t.match([broken.status, broken.stderr], [2, /body: breaks off at line 1, column 2/])
})

t.test('what is gzip is told by its bytes, however they come', async t => {
  const text = '{"version":"2.1.0"}'
  const packed = gzipSync(text)
  for (const bytes of [Buffer.from(text), packed]) {
    for (const size of [1, 2, 1000]) {
      const pieces = async function* () { for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size) }
      t.equal(await withUpload(t.testdir(), pieces(), 1000, async path => readFileSync(path, 'utf8')), text, `${size} at a time`)
    }
  }
  for (const bytes of [[], [Buffer.from('{')]]) t.equal(await withUpload(t.testdir(), Readable.from(bytes), 1000, async path => readFileSync(path, 'utf8')), String(bytes))
})

t.test('what a tool has found of the project\'s secrets is not shown', async t => {
  const { call, token, take, commit } = await farm(t)
  const value = 'a-secret-of-the-project'
  t.equal((await call('PUT', '/projects/p/secrets/TOKEN', { token, body: { value } })).status, 204)
  commit('src/a.c', `int a;\nchar *token = "${value}";\n`)
  const results = [{ ruleId: 'key', message: { text: `found ${value}` }, locations: [{ physicalLocation: { artifactLocation: { uri: 'src/a.c' }, region: { startLine: 2 } } }] }]
  const { job, findings } = await take(JSON.stringify({ version: '2.1.0', runs: [{ tool: { driver: { name: 'leaks' } }, results }] }))
  t.match(findings, [{ message: 'found ***', snippet: { lines: ['int a;', 'char *token = "***";'] } }])
  t.notMatch((await call('GET', `/jobs/${job.job_id}/sarif`, { token })).text, value)
})
