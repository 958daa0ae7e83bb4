import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import t from 'tap'
import { packs } from '../support/packs.ts'
import { repository, serve } from '../http/server.ts'
import type { Tree } from '../../core/contract.ts'

t.setTimeout(400_000)

/** A project for each runner with a steady test and one that fails the first time, and what its log must show of the second time. */
const projects: Readonly<Record<string, { language: string; needs: string; files: Record<string, string>; total: number }>> = {
  pytest: {
    language: 'python', needs: 'python3 -c "import pytest"', total: 2,
    files: { 'requirements.txt': '', 'pytest.ini': '[pytest]\n', 'tests/test_a.py': 'import os, pytest\n\ndef test_steady(): pass\n\n@pytest.mark.parametrize("name", ["a b"])\ndef test_shaky(name):\n    seen = os.path.exists("seen")\n    open("seen", "w").close()\n    assert seen\n' },
  },
  'go test': {
    language: 'go', needs: 'go version', total: 3,
    files: { 'go.mod': 'module example.org/a\n\ngo 1.21\n', 'a_test.go': 'package a\n\nimport (\n\t"os"\n\t"testing"\n)\n\nfunc TestSteady(t *testing.T) {}\n\nfunc TestShaky(t *testing.T) {\n\tt.Run("first time", func(t *testing.T) {\n\t\tif _, err := os.Stat("seen"); err != nil {\n\t\t\tos.WriteFile("seen", nil, 0o644)\n\t\t\tt.Fatal("first")\n\t\t}\n\t})\n}\n' },
  },
  'cargo test': {
    language: 'rust', needs: 'cargo --version', total: 2,
    files: { 'Cargo.toml': '[package]\nname = "a"\nversion = "0.1.0"\nedition = "2021"\n', 'src/lib.rs': '#[cfg(test)]\nmod tests {\n    #[test]\n    fn steady() {}\n\n    #[test]\n    fn shaky() {\n        let seen = std::path::Path::new("seen").exists();\n        std::fs::write("seen", "").unwrap();\n        assert!(seen);\n    }\n}\n' },
  },
  'node --test': {
    language: 'ts', needs: 'node --version', total: 2,
    files: { 'package.json': '{"name":"a","type":"module"}', 'a.test.js': "import { existsSync, writeFileSync } from 'node:fs'\nimport { test, describe } from 'node:test'\nimport assert from 'node:assert'\ntest('steady', () => {})\ndescribe('group', () => {\n  test('shaky (once)', () => {\n    const seen = existsSync('seen')\n    writeFileSync('seen', '')\n    assert.ok(seen)\n  })\n})\n", 'package-lock.json': '{"name":"a","lockfileVersion":3,"packages":{"":{"name":"a"}}}' },
  },
  rspec: {
    language: 'ruby', needs: 'rspec --version', total: 2,
    files: { '.rspec': '', 'spec/a_spec.rb': "RSpec.describe 'a' do\n  it('is steady') {}\n  it \"isn't shaky\" do\n    seen = File.exist?('seen')\n    File.write('seen', '')\n    expect(seen).to be true\n  end\nend\n" },
  },
  phpunit: {
    language: 'php', needs: 'phpunit --version', total: 2,
    files: { 'phpunit.xml': '<phpunit><testsuites><testsuite name="a"><directory>tests</directory></testsuite></testsuites></phpunit>', 'tests/ATest.php': "<?php\nnamespace A;\nclass ATest extends \\PHPUnit\\Framework\\TestCase\n{\n    public function testSteady(): void { $this->assertTrue(true); }\n    public function testShaky(): void\n    {\n        $seen = file_exists('seen');\n        touch('seen');\n        $this->assertTrue($seen);\n    }\n}\n" },
  },
}

for (const [name, { language, needs, files, total }] of Object.entries(projects)) {
  const there = installed(needs)
  t.test(`${name} runs a failed test again by its name`, { skip: there ? false : `${needs} does not run here` }, async t => {
    const { call, mint, farm, directory } = await serve(t)
    const token = mint('me')
    await call('POST', '/projects', { token, body: { name: 'p', git_url: repository(join(directory, 'repository'), files), languages: [language], rerun_failed: 1 } })
    const { json } = await call('POST', '/projects/p/jobs', { token, body: { recipe: 'test' } })
    await farm.ended(json.job_id)
    const { job } = (await call('GET', `/jobs/${json.job_id}`, { token })).json
    const log = (await call('GET', `/jobs/${json.job_id}/log`, { token })).text
    // Where the runner is fetched, and cannot be.
    if (job.status === 'skipped' || job.message?.startsWith('setup ended')) return t.comment(`skipped: ${job.message}`)
    t.match(job, { status: 'passed', tests: { total, passed: total, failed: 0 } }, log)
    t.ok(job.tests.flaky >= 1, 'flaky')
    t.match(log, /rerun 1 of 1: \d failed, by name/)
  })
}

function installed(command: string): boolean {
  try {
    execFileSync('/bin/sh', ['-c', command], { stdio: 'ignore' })
    return true
  } catch { return false }
}

function treeOf(files: Readonly<Record<string, string>>): Tree {
  const has = (glob: string) => Object.hasOwn(files, glob)
  return { has, find: glob => has(glob) ? [glob] : [], read: path => files[path], json: path => files[path] === undefined ? undefined : JSON.parse(files[path]), parent: undefined }
}

t.test('names that come from a log stay words', t => {
  const rerun = (pack: string, title: RegExp, files: Record<string, string>, ...tests: { tool: string; test: string }[]) =>
    packs.find(one => one.name === pack)?.recipes.find(one => one.name === 'test' && title.test(one.title) && one.rerun)?.rerun?.(treeOf(files), tests)
  const evil = `x'; touch /tmp/evil; echo "$(id)"`
  const script = (test: string) => ({ 'package.json': JSON.stringify({ scripts: { test } }) })
  t.match(rerun('ts', /^npm run test$/, script('vitest run'), { tool: 'vitest', test: 'sum > adds (two)' }), / -- -t '\^\(\?:sum adds \\\(two\\\)\)\$'$/)
  t.match(rerun('ts', /^npm run test$/, script('jest'), { tool: 'jest', test: evil }), /'\\''; touch/, 'quoted')
  t.match(rerun('python', /^pytest$/, { 'pytest.ini': '' }, { tool: 'pytest', test: evil }), / --last-failed --last-failed-no-failures none$/)
  t.equal(rerun('ts', /^npm run test$/, script('jest && eslint .'), { tool: 'jest', test: 'a' }), undefined)
  t.equal(rerun('ts', /^npm run test$/, script('jest'), { tool: 'jest', test: './bad.test.js' }), undefined)
  t.match(rerun('jvm', /^mvn test$/, { 'pom.xml': '' }, { tool: 'junit', test: 'shop.CartTest.breaks' }, { tool: 'junit', test: 'shop.CartTest.holds' }), /'-Dtest=shop\.CartTest#breaks,shop\.CartTest#holds' test$/)
  for (const [pack, title, files] of [['jvm', /^mvn test$/, { 'pom.xml': '' }], ['go', /^go test$/, { 'go.mod': 'module a\n' }], ['rust', /^cargo/, { 'Cargo.toml': '' }]] as const) t.equal(rerun(pack, title, files, { tool: 'cargo-test', test: evil }), undefined, pack)
  t.end()
})
