import { join } from 'node:path'
import t from 'tap'
import type { Finding } from '../../core/contract.ts'
import { linesOf } from '../../core/findings/source.ts'
import { track } from '../../core/findings/track.ts'
import { changesBetween, filesAt } from '../../core/run/diff.ts'
import { git, makeRepository, commit } from '../support/repository.ts'

type Files = Readonly<Record<string, string>>

/** A linter: `eval`, `debugger` and `var x` on a line, as three rules. */
function lint(files: Files): Finding[] {
  return Object.entries(files).flatMap(([file, text]) => linesOf(text).flatMap((line, at) => [...line.matchAll(/\b(?:eval|debugger|var (?<name>\w+))\b/g)].map((found): Finding => ({
    tool: 'toy', rule: found.groups?.name ? 'var' : found[0], level: 'warning', kind: 'lint', message: found.groups?.name ? `${found.groups.name} is a var` : `no ${found[0]}`,
    file, line: at + 1, column: found.index + 1,
  }))))
}

const name = ({ rule, file, line, column }: Finding) => `${rule} ${file}:${line}:${column}`

let count = 0

/** Commits both, and says for every present finding what it was; `git: false` leaves tracking the three lines around. */
async function follow(before: Files, after: Files, options: { git?: boolean } = {}): Promise<Record<string, string | null>> {
  const directory = join(t.testdirName, String(count++))
  const old = makeRepository(directory, before)
  git(directory, 'rm', '-rq', '.')
  const now = commit(directory, after)
  const [olds, nows] = [lint(before), lint(after)]
  const gitDir = join(directory, '.git')
  const sources = await filesAt(gitDir, old, Object.keys(before))
  const around = (files: Files, { file = '', line = 1 }: Finding) => ({ start: Math.max(1, line - 3), lines: linesOf(files[file] ?? '').slice(Math.max(0, line - 4), line + 3) })
  const partners = options.git === false
    ? track({ findings: olds, excerpt: at => around(before, olds[at]!) }, { findings: nows, excerpt: at => around(after, nows[at]!) }, undefined)
    : track(
      { findings: olds, excerpt: at => ({ start: 1, lines: linesOf(sources.get(olds[at]!.file ?? '') ?? '') }) },
      { findings: nows, excerpt: at => ({ start: 1, lines: linesOf(after[nows[at]!.file ?? ''] ?? '') }) },
      await changesBetween(gitDir, old, now))
  return Object.fromEntries(nows.map((one, at) => [name(one), partners[at] === -1 ? null : name(olds[partners[at]!]!)]))
}

t.testdir({})

const functions = (names: readonly string[], body: (name: string) => string) => names.map(each => `function ${each}(input) {\n${body(each)}\n}\n`).join('\n')
const body = (each: string) => `  const ${each}Result = compute(input)\n  if (${each}Result) eval(input)\n  log('${each}')\n  return ${each}Result`
const text = functions(['alpha', 'beta', 'gamma', 'delta'], body)
const places = [[3, 20], [10, 19], [17, 20], [24, 20]] as const

for (const how of [{ git: true }, { git: false }]) {
  t.test(how.git ? 'by git' : 'without git, by the lines around', async t => {
    await t.test('lines above and below', async t => {
      const found = await follow({ 'a.js': text }, { 'a.js': `// one\n// two\n${text}\n// end\n` }, how)
      t.strictSame(Object.entries(found), places.map(([line, column]) => [`eval a.js:${line + 2}:${column}`, `eval a.js:${line}:${column}`]))
    })
    await t.test('a new one among several alike', async t => {
      const lines = Array.from({ length: 6 }, (_, at) => `step(${at})\neval(input)\n`)
      const after = [...lines.slice(0, 3), 'step(new)\neval(input)\n', ...lines.slice(3)].join('')
      t.strictSame(await follow({ 'a.js': lines.join('') }, { 'a.js': after }, how), Object.fromEntries([2, 4, 6, 8, 10, 12, 14].map(line => [`eval a.js:${line}:1`, line === 8 ? null : `eval a.js:${line < 8 ? line : line - 2}:1`])))
    })
    await t.test('indented', async t => {
      const [, first] = Object.entries(await follow({ 'a.js': 'start()\neval(1)\nend()\n' }, { 'a.js': 'start()\nif (x) {\n    eval(1)\n}\nend()\n' }, how))[0] ?? []
      t.equal(first, 'eval a.js:2:1')
    })
    await t.test('a moved function', async t => {
      const after = functions(['gamma', 'alpha', 'beta', 'delta'], body)
      const found = await follow({ 'a.js': text }, { 'a.js': after }, how)
      t.strictSame(Object.values(found), ['eval a.js:17:20', 'eval a.js:3:20', 'eval a.js:10:19', 'eval a.js:24:20'])
    })
    await t.test('a function that moved to another file', async t => {
      const found = await follow({ 'a.js': text, 'b.js': 'export {}\n' }, { 'a.js': functions(['alpha', 'beta', 'delta'], body), 'b.js': `export {}\n${functions(['gamma'], body)}` }, how)
      t.equal(found['eval b.js:4:20'], 'eval a.js:17:20')
      t.equal(Object.values(found).filter(one => one === null).length, 0)
    })
    await t.test('a line that was edited', async t => {
      const found = await follow({ 'a.js': text }, { 'a.js': text.replace('if (betaResult) eval(input)', 'if (betaResult && input.length > 0) eval(input)') }, how)
      t.equal(found['eval a.js:10:39'], 'eval a.js:10:19')
    })
    await t.test('the rule is always part of it', async t => {
      t.strictSame(await follow({ 'a.js': 'one()\neval(x)\ntwo()\n' }, { 'a.js': 'one()\ndebugger\ntwo()\n' }, how), { 'debugger a.js:2:1': null })
      t.strictSame(await follow({ 'a.js': 'one()\neval(x); debugger\ntwo()\n' }, { 'a.js': 'one()\ndebugger; eval(x)\ntwo()\n' }, how), { 'debugger a.js:2:1': 'debugger a.js:2:10', 'eval a.js:2:11': 'eval a.js:2:1' })
    })
    await t.test('names on one line', async t => {
      t.strictSame(await follow({ 'a.js': 'x\nvar a; var b; var c\n' }, { 'a.js': 'new\nx\nvar a; var b; var c\n' }, how), { 'var a.js:3:1': 'var a.js:2:1', 'var a.js:3:8': 'var a.js:2:8', 'var a.js:3:15': 'var a.js:2:15' })
    })
  })
}

t.test('renamed and moved files', async t => {
  t.strictSame(Object.values(await follow({ 'a.js': text }, { 'lib/z.js': `// moved\n${text}` })), lint({ 'a.js': text }).map(name))
  const path = 'dir with "quotes"/ümlaut\ttab.js'
  t.strictSame(Object.values(await follow({ 'a.js': text }, { [path]: `// moved\n${text}` })), lint({ 'a.js': text }).map(name))
})

t.test('a copied block is new, the original is not', async t => {
  const found = await follow({ 'a.js': text }, { 'a.js': text + functions(['beta'], body).replace('beta(', 'beta2(') })
  t.strictSame(Object.values(found), [...lint({ 'a.js': text }).map(name), null])
})

t.test('what is fixed on an untouched line does not become what is new on another', async t => {
  const old: Finding[] = [{ tool: 'toy', rule: 'unused', level: 'warning', kind: 'lint', message: 'x is unused', file: 'a.js', line: 1, column: 7 }]
  const lines = { start: 1, lines: ['const x = 1, y = 2', 'use(y)'] }
  const other = track({ findings: old, excerpt: () => lines }, { findings: [{ ...old[0]!, message: 'y is unused', column: 14 }], excerpt: () => lines }, { files: new Map(), added: new Set() })
  t.strictSame([...other], [-1])
  const reworded = track({ findings: old, excerpt: () => lines }, { findings: [{ ...old[0]!, message: '`x` is never read' }], excerpt: () => lines }, { files: new Map(), added: new Set() })
  t.strictSame([...reworded], [0], 'the tool says it in other words')
})

t.test('files of which only white space changed, links, binaries and modes', async t => {
  const before = { 'a.js': 'eval(1)\n', 'b.js': 'if (x) {\n  eval(2)\n}\n', 'c.bin': '\0\x01eval' }
  const found = await follow(before, { 'a.js': 'eval(1)\n', 'b.js': 'if (x) {\n\t\teval(2)\n}\n', 'c.bin': '\0\x02\neval' })
  t.strictSame([found['eval a.js:1:1'], found['eval b.js:2:3']], ['eval a.js:1:1', 'eval b.js:2:3'])
})

const sides = (old: readonly Partial<Finding>[], now: readonly Partial<Finding>[]) => {
  const whole = (one: Partial<Finding>): Finding => ({ tool: 'toy', level: 'error', kind: 'audit', message: 'm', ...one })
  return [...track({ findings: old.map(whole), excerpt: () => undefined }, { findings: now.map(whole), excerpt: () => undefined }, { files: new Map([['old/lock.json', { to: 'new/lock.json', hunks: [] }]]), added: new Set() })]
}

t.test('an advisory is its id, package and manifest', async t => {
  const advisory = (ids: string[], installed: string, name = 'pad') => ({ ids, package: name, ecosystem: 'npm', installed })
  const lock = { file: 'lock.json' }
  t.strictSame(sides([{ ...lock, advisory: advisory(['GHSA-1'], '1.0.0') }], [{ ...lock, message: 'other', tool: 'another', advisory: advisory(['CVE-1', 'GHSA-1'], '1.1.0') }]), [0], 'a bump that keeps it; an alias more')
  t.strictSame(sides([{ ...lock, advisory: advisory(['CVE-1'], '1') }], [{ ...lock, advisory: advisory(['CVE-2'], '1') }, { file: 'b/lock.json', advisory: advisory(['CVE-1'], '1') }, { ...lock, advisory: advisory(['CVE-1'], '1', 'left') }]), [-1, -1, -1])
  t.strictSame(sides([{ ...lock, advisory: advisory(['CVE-1'], '1') }, { ...lock, advisory: advisory(['CVE-1'], '2') }], [{ ...lock, advisory: advisory(['CVE-1'], '2') }, { ...lock, advisory: advisory(['CVE-1'], '3') }]), [1, 0], 'the same version first')
  t.strictSame(sides([{ file: 'old/lock.json', advisory: advisory(['CVE-1'], '1') }], [{ file: 'new/lock.json', advisory: advisory(['CVE-1'], '1') }]), [0], 'a manifest that moved')
})

t.test('a test is its name', async t => {
  const test = (rule: string, more: Partial<Finding> = {}): Partial<Finding> => ({ kind: 'test', rule, file: 'a.test.js', line: 3, ...more })
  t.strictSame(sides([test('adds'), test('subtracts')], [test('subtracts', { line: 90, message: 'expected 3' }), test('adds two')]), [1, -1])
  t.strictSame(sides([test('adds', { file: 'a.js' }), test('adds', { file: 'b.js' })], [test('adds', { file: 'b.js' }), test('adds', { file: 'c.js' })]), [1, 0])
})

t.test('findings without a line or a file', async t => {
  t.strictSame(sides([{ kind: 'build', message: '3 modules are missing' }, { kind: 'build', message: 'no such target' }], [{ kind: 'build', message: '4 modules are missing' }, { kind: 'build', message: 'out of memory' }]), [0, -1])
  t.strictSame(sides([{ kind: 'lint', rule: 'format', file: 'old/lock.json', message: 'a' }], [{ kind: 'lint', rule: 'format', file: 'new/lock.json', message: 'b' }]), [0])
})

t.test('two thousand alike on either side do not take two thousand squared', async t => {
  const side = (count: number) => {
    const lines = Array.from({ length: count }, () => 'eval(input)')
    return { findings: lint({ 'a.js': lines.join('\n') }), excerpt: () => ({ start: 1, lines }) }
  }
  const before = process.cpuUsage()
  const partners = track(side(2000), side(2010), undefined)
  t.ok(process.cpuUsage(before).user < 5e6, `${process.cpuUsage(before).user} µs`)
  t.equal(partners.filter(one => one === -1).length, 10)
})
