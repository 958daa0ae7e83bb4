// What an agent pays, in calls and tokens, for the same task over MCP and over REST with raw logs.
//   npm run bench:mcp [-- PYPI-PACKAGE FILE FROM TO]
// A package's source distribution becomes a repository; its second commit changes FROM into TO in FILE, and its tests fail. Needs pip and the package index.
import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { countTokens } from 'gpt-tokenizer/encoding/o200k_base'
import { startServer, type Server } from '../support/server.ts'

const [name = 'inflection==0.5.1', file = 'inflection/__init__.py', from = "return word.replace('_', '-')", to = "return word.replace('_', '_')"] = process.argv.slice(2)

interface Bill { question: string; door: string; calls: number; tokens: number; answer: string }

const root = mkdtempSync(join(tmpdir(), 'crafting-bench-mcp-'))
const server = await startServer(root)
try {
  const url = repositoryOf(name)
  await server.request('POST', '/projects', { name: 'p', git_url: url, languages: ['python'] })
  await runAll(server)
  commit(url.slice('file://'.length), file, readFileSync(join(url.slice('file://'.length), file), 'utf8').replace(from, to))
  await runAll(server)
  const bills = [...await overMcp(server), ...await overRest(server)]
  report(bills.toSorted((a, b) => a.question.localeCompare(b.question)))
} finally {
  await server.stop('SIGKILL')
  rmSync(root, { recursive: true, force: true })
}

function repositoryOf(spec: string): string {
  const [downloads, tree] = [join(root, 'downloads'), join(root, 'repository')]
  mkdirSync(downloads)
  execFileSync('python3', ['-m', 'pip', 'download', '-q', '--no-deps', '--no-binary', ':all:', '-d', downloads, spec], { stdio: ['ignore', 'ignore', 'inherit'] })
  const archive = readdirSync(downloads).find(one => one.endsWith('.tar.gz')) ?? ''
  execFileSync('tar', ['-xzf', archive], { cwd: downloads })
  cpSync(join(downloads, archive.replace(/\.tar\.gz$/, '')), tree, { recursive: true })
  if (!existsSync(join(tree, file)) && existsSync(join(tree, `${file.split('/')[0]}.py`))) throw new Error(`${spec} has no ${file}`)
  git(tree, 'init', '-q', '-b', 'main')
  git(tree, 'add', '-A')
  git(tree, 'commit', '-qm', 'as released')
  return `file://${tree}`
}

function commit(tree: string, path: string, text: string): void {
  writeFileSync(join(tree, path), text)
  git(tree, 'commit', '-qam', 'a regression')
}

function git(cwd: string, ...args: string[]): void {
  execFileSync('git', ['-c', 'user.name=bench', '-c', 'user.email=bench@localhost', ...args], { cwd, stdio: 'ignore' })
}

async function runAll({ request }: Server): Promise<void> {
  const { body } = await request('POST', '/projects/p/runs', {})
  for (;;) {
    const { body: { run } } = await request('GET', `/runs/${body.run_id}`)
    if (run.status !== 'queued' && run.status !== 'running') return
    await new Promise(resolve => setTimeout(resolve, 200))
  }
}

async function overMcp({ url, admin }: Server): Promise<Bill[]> {
  const client = new Client({ name: 'bench', version: '1' })
  await client.connect(new StreamableHTTPClientTransport(new URL(`${url}/mcp`), { requestInit: { headers: { authorization: `Bearer ${admin}` } } }) as never)
  const bill = async (question: string, ...calls: [string, Record<string, unknown>][]): Promise<Bill> => {
    let [tokens, answer] = [0, '']
    for (const [tool, args] of calls) {
      const result = await client.callTool({ name: tool, arguments: args }) as unknown as { content: [{ text: string }] }
      answer = result.content[0].text
      tokens += countTokens(JSON.stringify({ tool, args })) + countTokens(answer)
    }
    return { question, door: 'MCP', calls: calls.length, tokens, answer }
  }
  const bills = [
    await bill('1 is main green, and what is new', ['get_status', { project: 'p' }]),
    await bill('2 run the tests, what failed', ['run_recipe', { project: 'p', recipe: 'test', wait_s: 50 }]),
    await bill('3 fix what is new', ['list_findings', { project: 'p' }], ['fix_findings', { project: 'p', wait_s: 50 }]),
  ]
  await client.close()
  return bills
}

/** The same by the means of a usual build server: lists, polls, whole logs. */
async function overRest({ request }: Server): Promise<Bill[]> {
  const meter = () => {
    const spent = { calls: 0, tokens: 0 }
    return {
      spent,
      async call(method: string, path: string, body?: unknown): Promise<any> {
        const answer = await request(method, path, body)
        const text = typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body)
        spent.calls++
        spent.tokens += countTokens(`${method} ${path} ${body === undefined ? '' : JSON.stringify(body)}`) + countTokens(text)
        return answer.body
      },
    }
  }
  const green = meter()
  const { jobs } = await green.call('GET', '/jobs?project=p&limit=10')
  const last = new Map(jobs.toReversed().map((job: any) => [job.recipe, job]))
  for (const job of last.values() as Iterable<any>) if (job.status === 'failed') await green.call('GET', `/jobs/${job.job_id}/log`)
  const tests = meter()
  const { job_id: id } = await tests.call('POST', '/projects/p/jobs', { recipe: 'test', subproject: '' })
  for (;;) {
    const { job } = await tests.call('GET', `/jobs/${id}`)
    if (job.status !== 'queued' && job.status !== 'running') break
    await new Promise(resolve => setTimeout(resolve, 2000))
  }
  await tests.call('GET', `/jobs/${id}/log`)
  return [
    { question: '1 is main green, and what is new', door: 'REST, raw logs', answer: '', ...green.spent },
    { question: '2 run the tests, what failed', door: 'REST, raw logs', answer: '', ...tests.spent },
  ]
}

function report(bills: readonly Bill[]): void {
  console.log(`${'question'.padEnd(36)}${'door'.padEnd(16)}${'calls'.padStart(6)}${'tokens'.padStart(8)}`)
  for (const { question, door, calls, tokens } of bills) console.log(`${question.padEnd(36)}${door.padEnd(16)}${String(calls).padStart(6)}${String(tokens).padStart(8)}`)
  for (const { question, answer } of bills) if (answer) console.log(`\n--- ${question}\n${answer}`)
}
