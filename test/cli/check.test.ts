import { createHash } from 'node:crypto'
import { existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { once } from 'node:events'
import t, { type Test } from 'tap'
import { command, start } from '../support/command.ts'
import { markedProcesses } from '../support/processes.ts'
import { commit, git, makeRepository, writeFiles } from '../support/repository.ts'
import { writeSumsPack } from '../support/sums.ts'
import { testdir } from '../support/temporary.ts'

t.setTimeout(170_000)

/** A farm of this test's own that knows one more language. */
function farm(t: Test) {
  const root = testdir(t)
  const plugins = { CRAFTING_PLUGINS_DIR: writeSumsPack(root) }
  return { root, repository: join(root, 'repository'), check: (...args: string[]) => command(root, ['check', '--language', 'sums', ...args], plugins), start: (...args: string[]) => start(root, ['check', '--language', 'sums', ...args], plugins) }
}

/** Every byte below a directory. */
function digest(directory: string): string {
  const hash = createHash('sha256')
  for (const entry of readdirSync(directory, { recursive: true, withFileTypes: true }).toSorted((a, b) => `${a.parentPath}/${a.name}` < `${b.parentPath}/${b.name}` ? -1 : 1)) {
    hash.update(`${entry.parentPath}/${entry.name}\0`)
    if (entry.isFile()) hash.update(readFileSync(join(entry.parentPath, entry.name)))
  }
  return hash.digest('hex')
}

t.test('a language the farm has never heard of: new, unchanged and fixed; the checkout stays as it was', async t => {
  const { repository, check } = farm(t)
  makeRepository(repository, { 'sums.txt': '1 + 1 = 2\n1 + 2 = 4\n2 + 2 = 5\n' })
  const before = digest(repository)
  const first = await check(repository)
  t.equal(first.status, 1, first.stderr)
  t.match(first.stdout, /sums\.txt\n {2}2 .*error .*3 is not 4.* new\n.*1 \+ 2 = 4/)
  t.match(first.stdout, /skipped +lint \. \(sums\) [\d.]+s +sums-lint is not installed \(it cannot be had\)/)
  t.match(first.stdout, /2 findings: 2 new, 0 unchanged, 0 fixed; tests: 1 of 3 passed, 2 failed/)
  t.match(first.stdout, /RED: 1 recipe failed, 2 errors, 1 recipe skipped\n$/)
  t.equal(digest(repository), before, 'not a byte of it has changed')

  writeFileSync(join(repository, 'sums.txt'), '1 + 1 = 2\n1 + 2 = 3\n2 + 2 = 5\n')
  const second = await check(repository)
  t.match(second.stdout, /1 finding: 0 new, 1 unchanged, 1 fixed/, 'uncommitted work counts')

  writeFileSync(join(repository, 'sums.txt'), '1 + 1 = 2\n1 + 2 = 3\n2 + 2 = 4\n')
  const third = await check(repository)
  t.equal(third.status, 0)
  t.match(third.stdout, /0 findings: 0 new, 0 unchanged, 1 fixed; tests: 3 of 3 passed/)
  t.match(third.stdout, /GREEN: 1 recipe passed, 1 recipe skipped\n$/)
})

t.test('a failure is explained: by findings of the setup too, else by the end of the log', async t => {
  const { repository, check } = farm(t)
  makeRepository(repository, { 'sums.txt': '1 + 1 = 2\n', 'slow.sh': 'echo beginning; echo the service is away; exit 3\n' })
  const silent = await check(repository, '--recipe', 'build')
  t.equal(silent.status, 1)
  t.match(silent.stdout, /the end of build \. \(sums\)\n {2}\| beginning\n {2}\| the service is away\n/)
  t.match(silent.stdout, /^failed +build \. .*ended with status 3: the service is away$/m)

  writeFiles(repository, { 'setup.sh': 'echo "sums.txt:1: sum error: 2 is odd"; exit 1\n' })
  const { jobs, findings } = JSON.parse((await check(repository, '--recipe', 'build', '--json')).stdout)
  t.match(jobs, [{ status: 'failed', message: 'setup ended with status 1' }])
  t.match(findings, [{ file: 'sums.txt', line: 1, state: 'new' }])
})

t.test('what two recipes find is told once', async t => {
  const { repository, check } = farm(t)
  makeRepository(repository, { 'sums.txt': '1 + 1 = 3\n', 'slow.sh': 'echo "sums.txt:1: sum error: 2 is not 3"\n' })
  const { findings } = JSON.parse((await check(repository, '--recipe', 'build', '--recipe', 'test', '--json')).stdout)
  t.match(findings, [{ recipe: 'test', kind: 'test' }])
  t.equal(findings.length, 1)
})

t.test('untracked files count, ignored ones do not, and a directory need not be a repository', async t => {
  const { root, repository, check } = farm(t)
  makeRepository(repository, { '.gitignore': 'ignored/\n' })
  writeFiles(repository, { 'untracked/sums.txt': '1 + 1 = 3\n', 'ignored/sums.txt': '1 + 1 = 3\n', 'node_modules/x/sums.txt': '1 + 1 = 3\n' })
  const { jobs, findings } = JSON.parse((await check(repository, '--json')).stdout)
  t.same([...new Set(jobs.map((job: { subproject: string }) => job.subproject))], ['untracked'])
  t.same(findings.map((one: { file: string; line: number; level: string }) => [one.file, one.line, one.level]), [['untracked/sums.txt', 1, 'error']])
  const bare = join(root, 'no-repository')
  writeFiles(bare, { 'sums.txt': '1 + 1 = 2\n' })
  t.equal((await check(bare, '--quiet')).stdout, 'GREEN: 1 recipe passed, 1 recipe skipped\n')
  t.notOk(existsSync(join(bare, '.git')))
})

t.test('a git URL with a ref; SARIF and JUnit beside the report', async t => {
  const { root, repository, check } = farm(t)
  const bad = makeRepository(repository, { 'sums.txt': '1 + 1 = 3\n' })
  git(repository, 'tag', 'broken')
  commit(repository, { 'sums.txt': '1 + 1 = 2\n' })
  const url = `file://${repository}`
  t.equal((await check(url, '--quiet')).status, 0)
  const tagged = await check(url, '--ref', 'broken', '--quiet', '--sarif', join(root, 'out.sarif'), '--junit', join(root, 'out.xml'), '--html', join(root, 'out.html'), '--markdown', join(root, 'out.md'))
  t.equal(tagged.status, 1)
  t.equal((await check(url, '--ref', bad.slice(0, 10), '--quiet')).status, 1)
  const sarif = JSON.parse(readFileSync(join(root, 'out.sarif'), 'utf8'))
  t.equal(sarif.version, '2.1.0')
  t.match(sarif.runs.flatMap((run: { results: unknown[] }) => run.results)[0], { level: 'error', locations: [{ physicalLocation: { artifactLocation: { uri: 'sums.txt' }, region: { startLine: 1 } } }] })
  t.match(readFileSync(join(root, 'out.html'), 'utf8'), /^<!doctype html>[^]*<h1>repository is <span class="word">red<\/span><\/h1>[^]*sums line 1/)
  t.match(readFileSync(join(root, 'out.md'), 'utf8'), /^### 🔴 `repository` is red at `[0-9a-f]{12}` on `broken`\n\n- `1 recipe failed, 1 error, 1 recipe skipped`/)
  t.match(readFileSync(join(root, 'out.xml'), 'utf8'), /<testsuite [^>]*tests="1" failures="1"/)
})

t.test('what could not run ends with 2 and says what to do', async t => {
  const { root, repository, check } = farm(t)
  writeFiles(repository, { 'readme.txt': 'nothing to see\n' })
  for (const [args, message] of [
    [[repository], /no subproject found has language sums/],
    [[join(root, 'nowhere')], /There is no directory .*nowhere\n.*git URL/],
    [[join(repository, 'readme.txt')], /is not a directory/],
    [[`file://${root}/nowhere.git`], /nowhere/],
    [[repository, '--ref', 'main'], /--ref goes with a git URL/],
    [[repository, '--recipe', 'dance'], /recipe dance/],
    [['ext::sh -c id'], /There is no directory|git URL|not/],
    [['--frobnicate'], /frobnicate/],
    [[repository, '--jobs', '0'], /CRAFTING_JOBS=0: must be a whole number/],
  ] as const) {
    const ran = await check(...args)
    t.equal(ran.status, 2, args.join(' '))
    t.match(ran.stdout + ran.stderr, message)
  }
})

t.test('Ctrl-C leaves no process, no lock and nothing running in the ledger', async t => {
  const { root, repository, start, check } = farm(t)
  makeRepository(repository, { 'sums.txt': '1 + 1 = 2\n', 'slow.sh': 'setsid sleep 1000 & echo now waiting; sleep 1000\n' })
  const { child, ended } = start(repository)
  for (let seen = ''; !seen.includes('started build');) seen += String((await once(child.stderr, 'data'))[0])
  child.kill('SIGINT')
  t.equal((await ended).status, 130)
  t.same(markedProcesses(root), [])
  rmSync(join(repository, 'slow.sh'))
  t.equal((await check(repository, '--quiet')).status, 0, 'the next check is not in its way')
})
