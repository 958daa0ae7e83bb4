import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { command } from '../support/command.ts'
import { writeFiles } from '../support/repository.ts'
import { writeSumsPack } from '../support/sums.ts'

t.setTimeout(300_000)

const planted = { recipe: 'test', tool: 'sums', rule: 'line 2', level: 'error', file: 'sums.txt', line: 2 }
const smokeSh = 'echo "ok - addition"\necho "the machine is cold"\n'

/** A pack that can be smoked, and how to do that with or without its linter. */
function farm(t: Test, files: Readonly<Record<string, string>>) {
  const root = t.testdir()
  const plugins = writeSumsPack(root)
  writeFiles(join(plugins, 'sums'), {
    'smoke/sums.txt': '1 + 1 = 2\n1 + 2 = 4\n', 'smoke.sh': smokeSh,
    'smoke.json': JSON.stringify({ faults: [planted, { recipe: 'lint', tool: 'sums-notes', level: 'warning', file: 'sums.txt', line: 1 }] }), ...files,
  })
  writeFiles(root, { 'bin/sums-lint': '#!/bin/sh\n[ "$1" = --version ] && echo sums-lint 1.4 || echo "sums.txt:1: sum warning: too easy"\n' })
  chmodSync(join(root, 'bin/sums-lint'), 0o755)
  const smoke = (more: Record<string, string> = {}, ...args: string[]) => command(root, ['smoke', 'sums', ...args], { CRAFTING_PLUGINS_DIR: plugins, ...more })
  return { smoke, withTool: (...args: string[]) => smoke({ PATH: `${join(root, 'bin')}:${process.env.PATH}` }, ...args) }
}

t.test('all there, all found: green', async t => {
  const { withTool } = farm(t, {})
  const ran = await withTool()
  t.equal(ran.status, 0, ran.stdout + ran.stderr)
  t.match(ran.stdout, /ok +sums-lint: sums-lint 1\.4\n/)
  t.match(ran.stdout, /ok +addition +[\d.]+s\n/)
  t.match(ran.stdout, /ok +test: sums line 2 sums\.txt:2 \(error\) /)
  t.match(ran.stdout, /\nsums +1\/1 +1\/1 +2\/2 +[\d.]+s +green\n\n=== ALL TOOLCHAINS GREEN ===\n$/)
})

t.test('a missing tool is said with how to get it, and is not green', async t => {
  const { smoke } = farm(t, {})
  const { status, stdout } = await smoke()
  t.equal(status, 1)
  t.match(stdout, /missing +sums-lint: it cannot be had\n/)
  t.match(stdout, /skipped +lint: sums-notes sums\.txt:1 \(warning\): sums-lint is not installed \(it cannot be had\)/)
  t.match(stdout, /1 skipped; missing: sums-lint\n\n=== NOT GREEN: 1 pack of 1: sums ===\n$/)
})

t.test('what does not come out as planted has failed, and says what came out; the rest goes on', async t => {
  const { withTool } = farm(t, {
    'smoke.json': JSON.stringify({ faults: [{ ...planted, line: 1 }, planted, { ...planted, recipe: 'audit' }, { recipe: 'test', tool: 'sums-web', level: 'note', needs: 'the web' }] }),
    'smoke.sh': `${smokeSh}echo "not ok - division"\necho "ok - roots # SKIP no calculator: buy one"\nexit 1\n`,
  })
  const { status, stdout } = await withTool()
  t.equal(status, 1)
  t.match(stdout, /failed +division: the machine is cold +[\d.]+s\n/)
  t.match(stdout, /skipped +roots: no calculator: buy one/)
  t.match(stdout, /failed +test: sums line 2 sums\.txt:1 \(error\): found instead: sums line 2 sums\.txt:2 \(error\) /)
  t.match(stdout, /failed +audit: .*: not found\n.*\| no audit job was planned/)
  t.match(stdout, /skipped +test: sums-web \(note\): the web/)
  t.match(stdout, /ok +test: sums line 2 sums\.txt:2/)
  t.match(stdout, /3 failed; 2 skipped\n\n=== NOT GREEN: /)
})

t.test('a script that breaks off, a broken list of faults, a pack that is not there', async t => {
  const { withTool, smoke } = farm(t, { 'smoke.sh': 'echo "ok - addition"\necho oh dear >&2\nexit 3\n', 'smoke.json': '{ "faults": [{ "recipe": "test", "tool": "sums", "level": "bad" }] }' })
  const { packs } = JSON.parse((await withTool('--json')).stdout)
  t.match(packs[0].hellos, [{ state: 'ok' }, { name: 'smoke.sh', state: 'failed', detail: 'ended with status 3\noh dear' }])
  t.match(packs[0].faults, [{ state: 'failed', detail: /smoke\.json: faults\.0\.level: / }])
  const unknown = await smoke({}, 'cobol')
  t.equal(unknown.status, 2)
  t.match(unknown.stderr, /no pack "cobol" with recipes\n.*known: .*sums/)
})
