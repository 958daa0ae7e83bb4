import { execFile, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import t from 'tap'
import { repository, serve } from './server.ts'

const run = promisify(execFile)
const skip = spawnSync('curl', ['--version']).error ? 'curl is not installed' : false

t.test('a user\'s first lines, typed as they are in the documentation', { skip }, async t => {
  const { url, admin, farm, directory } = await serve(t)
  const git_url = repository(join(directory, 'repo'), { 'clients/python/tests/test_a.py': 'def test_a(): pass\n', 'clients/rust/Cargo.toml': '[package]\nname = "x"\nversion = "0.1.0"\n' })
  const shell = async (script: string, env: Record<string, string> = {}) => (await run('/bin/sh', ['-c', script], { env: { PATH: process.env.PATH, URL: url, ADMIN: admin, ...env } })).stdout

  const TOKEN = JSON.parse(await shell(`curl -s $URL/admin/tokens \\
    -H "Authorization: Bearer $ADMIN" \\
    -H "content-type: application/json" \\
    -d '{"name":"clawdforge","is_admin":false,"ip_cidrs":[]}'`)).bearer as string
  t.match(TOKEN, /^ct_/)

  const project = JSON.parse(await shell(`curl -s $URL/projects \\
    -H "Authorization: Bearer $TOKEN" \\
    -H "content-type: application/json" \\
    -d '{
      "name": "clawdforge",
      "git_url": "${git_url}",
      "default_branch": "main",
      "languages": ["python", "rust"],
      "subprojects": [
        {"path": "clients/python", "language": "python",
         "test": "pytest tests/", "lint": "ruff check .", "audit": "pip-audit",
         "timeout_secs": 600},
        {"path": "clients/rust", "language": "rust",
         "build": "cargo build --release", "test": "cargo test --all",
         "audit": "cargo audit", "timeout_secs": 1800}
      ]
    }'`, { TOKEN }))
  t.match(project, { name: 'clawdforge', owner: 'clawdforge', git_url, subprojects: [{ path: 'clients/python', test: 'pytest tests/', timeout_secs: 600 }, { path: 'clients/rust', build: 'cargo build --release' }] })

  const JOB = JSON.parse(await shell(`curl -s $URL/projects/clawdforge/jobs \\
    -H "Authorization: Bearer $TOKEN" \\
    -H "content-type: application/json" \\
    -d '{"recipe":"test","subproject":"clients/python"}'`, { TOKEN })).job_id as string
  await farm.ended(JOB)

  const polled = JSON.parse(await shell(`curl -s $URL/jobs/$JOB \\
    -H "Authorization: Bearer $TOKEN"`, { TOKEN, JOB }))
  t.match(polled.job, { status: /^(passed|failed)$/, sha: /^[0-9a-f]{40}$/, recipe_snapshot: { run: 'pytest tests/' } })

  const log = await shell(`curl -s $URL/jobs/$JOB/log \\
    -H "Authorization: Bearer $TOKEN"`, { TOKEN, JOB })
  t.same(log.trimEnd().split('\n').slice(-200), polled.log_tail)

  t.match(JSON.parse(await shell('curl -s $URL/healthz')), { status: 'ok' })
  t.match(JSON.parse(await shell('curl -s -d \'{"name":"plain"}\' $URL/admin/tokens -H "Authorization: Bearer $ADMIN"')), { name: 'plain', is_admin: false, ip_cidrs: [] }, 'without a content-type')
})
