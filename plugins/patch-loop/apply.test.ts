import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { openBase } from '../../core/run/patch.ts'
import { repository } from '../../test/http/server.ts'
import { applyReply } from './apply.ts'
import { linesOf, replaceIn } from './edits.ts'
import { readReply } from './reply.ts'
import { temporary } from '../../test/support/temporary.ts'

const source = `import os\n\n\nfunction first() {\n    return 1\n}\n\nfunction second() {\n    return 2\n}\n`

async function baseOf(t: Test, files: Record<string, string>) {
  const directory = join(temporary(t), 'source')
  repository(directory, files)
  const base = await openBase(join(directory, '.git'), execFileSync('git', ['rev-parse', 'HEAD'], { cwd: directory, encoding: 'utf8' }).trim())
  t.teardown(() => base.close())
  return base
}

const block = (search: string, replace: string, file = 'src/a.js') => `${file}\n<<<<<<< SEARCH\n${search}\n=======\n${replace}\n>>>>>>> REPLACE\n`
const wanted = /^-    return 2\n\+    return 3$/m

t.test('every form of an answer', async t => {
  const base = await baseOf(t, { 'src/a.js': source, 'crlf.js': 'one\r\ntwo\r\n', 'a.py': 'if x:\n    y\n' })
  const hunk = '@@ -8,3 +8,3 @@\n function second() {\n-    return 2\n+    return 3\n }\n'
  const diff = `--- a/src/a.js\n+++ b/src/a.js\n${hunk}`
  const cases: [name: string, text: string, how: string, file?: RegExp][] = [
    ['a block', block('    return 2', '    return 3'), 'strict'],
    ['with prose and a fence', `Sure!\n\n**src/a.js**\n\`\`\`js\n${block('    return 2', '    return 3', '').trim()}\n\`\`\`\nDone.`, 'strict'],
    ['CRLF', block('    return 2', '    return 3').replaceAll('\n', '\r\n'), 'strict'],
    ['other white space', block('  return   2', '  return 3'), 'flexible'],
    ['a diff', diff, 'strict'],
    ['a fenced diff', `Here:\n\`\`\`diff\n${diff}\`\`\`\n`, 'strict'],
    ['wrong counts', diff.replace('-8,3 +8,3', '-8,9 +8,7'), 'recounted'],
    ['wrong line', diff.replace('-8,3 +8,3', '-1,3 +1,3'), 'replaced'],
    ['no numbers', diff.replace('-8,3 +8,3', '...'), 'replaced'],
    ['context with lost white space', diff.replace(' function second() {', ' function  second() {'), 'flexible'],
    ['a whole file', `### File: src/a.js\n\`\`\`js\n${source.replace('return 2', 'return 3')}\`\`\``, 'files'],
    ['no final newline', diff.trimEnd(), 'strict'],
    ['CRLF in the file', block('two', 'three', 'crlf.js'), 'strict', /^-two\r\n\+three\r$/m],
    ['a new file', block('', 'x = 1', 'b.js'), 'strict', /^\+x = 1$/m],
  ]
  for (const [name, text, how, shows = wanted] of cases) {
    const applied = await applyReply(base, text)
    if ('refused' in applied) t.fail(`${name}: ${applied.refused}`)
    else {
      t.equal(applied.how, how, name)
      t.match(applied.change.diff.toString(), shows, name)
    }
  }
  const refused: [string, RegExp][] = [
    ['I cannot do that.', /holds neither/], [block('    return 9', 'x'), /not in the file/], [block('}', '};'), /2 times/], [block('x', 'y', 'none.js'), /no file/], [block('if x:\n  y', 'if x:\n  z', 'a.py'), /not in the file/],
    [block('    return 2', '    return 2'), /changes nothing/], [block('', 'x', '../../x.js'), /no path/], [block('', 'x', '.git/hooks/pre-commit'), /no path/], [block('', 'x', '/etc/cron.d/x'), /no path/],
    ['src/a.js\n```\nimport os\n// ... rest of the file\n```', /not whole/], [`x.js\n\`\`\`\n${'a\n'.repeat(500)}\`\`\``, /too many/], ['x'.repeat(2 ** 20 + 1), /1 MiB/],
    ['--- a/src/a.js\n+++ b/src/a.js\n@@ -1 +1 @@\n-nothing\n+like it\n', /not in the file/], ['--- a/../../etc/x\n+++ b/../../etc/x\n@@ -0,0 +1 @@\n+x\n', /empty|no file|no path|fit/],
  ]
  for (const [text, why] of refused) t.match(await applyReply(base, text), { refused: why })
  t.notOk(existsSync('/etc/cron.d/x'))
})

t.test('answers about texts that look like answers', async t => {
  const page = 'Title\n=======\n\n```sh\nmake\n```\n\nmiddle\n\n```\nold\n```\n\nlast\n'
  const base = await baseOf(t, { 'a.md': page, 'b.js': 'one\ntwo\nthree\nfour\nfive\nsix\nseven\neight\nnine\n' })
  const applied = async (text: string) => {
    const one = await applyReply(base, text)
    return 'refused' in one ? one.refused : one.change.diff.toString().split('\n').filter(line => /^[-+](?![-+])/.test(line))
  }
  t.same(await applied('Here:\n```diff\n--- a/a.md\n+++ b/a.md\n@@ -3,11 +3,11 @@\n \n ```sh\n make\n ```\n \n-middle\n+centre\n \n ```\n-old\n+new\n ```\n \n```\nDone.'), ['-middle', '+centre', '-old', '+new'], 'fences within a diff do not end it')
  t.same(await applied('--- a/b.js\n+++ b/b.js\n@@ -1,9 +1,9 @@\n-one\n+eins\n two\n eight\n-nine\n+neun\n'), ['-one', '+eins', '-nine', '+neun'], 'lines left out between changes')
  t.match(await applied('--- a/b.js\n+++ b/b.js\n@@ -1,9 +1,9 @@\n eight\n-nine\n+neun\n two\n one\n-two\n+zwei\n'), /not in the file/, 'in another order')
  t.match(await applied(`a.md\n\`\`\`\n${page.replace('last', 'end')}\`\`\`\n`), /its end cannot be told/)
  t.same(await applied(`a.md\n\`\`\`\`\n${page.replace('last', 'end')}\`\`\`\`\n`), ['-last', '+end'], 'a longer fence holds shorter ones')
  t.match(await applied('a.md\n<<<<<<< SEARCH\nTitle\n=======\n=======\nName\n=======\n>>>>>>> REPLACE\n'), /look like its own marks/)
  t.same(await applied('a.md\n<<<<<<<<< SEARCH\nTitle\n=======\n=========\nName\n=======\n>>>>>>>>> REPLACE\n'), ['-Title', '+Name'], 'longer marks hold shorter ones')
  t.match(await applied(`a.md\n\`\`\`\nSome words.\nMore of them, then an example:\n${block('one', 'eins', 'b.js')}\`\`\`\n`), /within a text/)
  t.match(await applied(`${block('one', 'eins', 'b.js')}>>>>>>> REPLACE\n`), /no begin/)
})

t.test('edits keep what is around them', async t => {
  t.same(replaceIn('a\n\nb\n', { file: 'x', search: '\nb\n', replace: '\nc\n' }), { text: 'a\n\nc\n', flexible: false })
  t.same(replaceIn('a\nb', { file: 'x', search: 'b', replace: 'c' }), { text: 'a\nc', flexible: false }, 'no newline at the end stays none')
  t.same(replaceIn('a\nb\n', { file: 'x', search: 'b', replace: '' }), { text: 'a\n', flexible: false })
  t.same(replaceIn('\t\tif (a) {\n\t\t\tb\n\t\t}\n', { file: 'x.c', search: 'if (a) {\n\tb\n}', replace: 'if (a) {\n\tb\n\tc\n}' }), { text: '\t\tif (a) {\n\t\t\tb\n\t\t\tc\n\t\t}\n', flexible: true })
  t.match(replaceIn('a:\n  b: 1\n', { file: 'x.yml', search: 'b: 1', replace: 'b: 2' }), { refused: /not in/ })
  t.same(linesOf('a\r\nb\n'), ['a', 'b'])
})

t.test('hostile answers end soon', async t => {
  const before = process.cpuUsage()
  for (const text of ['<<<<<<< SEARCH\n'.repeat(60_000), '```\n'.repeat(200_000), '--- a\n+++ b\n@@ -1 +1 @@\n'.repeat(40_000), ' '.repeat(2 ** 20), `${'a.b\n<<<<<<< SEARCH\nx\n=======\ny\n'.repeat(20_000)}`]) readReply(text)
  t.ok(process.cpuUsage(before).user < 2_000_000, `${process.cpuUsage(before).user} µs`)
})
