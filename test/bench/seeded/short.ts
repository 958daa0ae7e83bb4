import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { append, nth, spread, type Tree } from './seeds.ts'

/** Sources that the machine's own languages bring along, so that nothing is fetched. */

const wrapTest = `import unittest
from lib import textwrap


class Wrap(unittest.TestCase):
    def test_wrap(self):
        self.assertEqual(textwrap.wrap('one two three', 7), ['one two', 'three'])

    def test_dedent(self):
        self.assertEqual(textwrap.dedent('  a\\n  b\\n'), 'a\\nb\\n')

    def test_known_by_its_old_place(self):
        self.assertEqual(textwrap.tau > 6, True)
`
const wrapHeld = `import unittest
from lib import shlex, textwrap


class Held(unittest.TestCase):
    def test_shorten(self):
        self.assertEqual(textwrap.shorten('one two three', 11, placeholder='...'), 'one two...')

    def test_indent(self):
        self.assertEqual(textwrap.indent('a\\nb', '> '), '> a\\n> b')

    def test_split(self):
        self.assertEqual(shlex.split('a "b c"'), ['a', 'b c'])
        self.assertEqual(shlex.join(['a', 'b c']), "a 'b c'")
`

const ruff = (rule: string, file: string, pattern: RegExp, replacement: string) => spread({ tool: 'ruff', rule, pattern, replacement, files: [file], each: 2 })

const python: Tree = {
  name: 'textwrap', needs: ['python3', 'ruff'],
  async lay(directory) {
    const from = execFileSync('python3', ['-c', 'import sysconfig; print(sysconfig.get_path("stdlib"))'], { encoding: 'utf8' }).trim()
    for (const name of ['lib', 'tests']) mkdirSync(join(directory, name))
    for (const name of ['textwrap.py', 'shlex.py']) cpSync(join(from, name), join(directory, 'lib', name))
    writeFileSync(join(directory, 'lib/__init__.py'), '')
    writeFileSync(join(directory, 'tests/__init__.py'), '')
    writeFileSync(join(directory, 'tests/test_wrap.py'), wrapTest.replace(/\n {4}def test_known[^]*$/, ''))
    writeFileSync(join(directory, 'ruff.toml'), 'lint.select = ["F401", "E703", "E714", "UP004", "COM812", "E501"]\nline-length = 120\n')
    return { files: new Map([['tests/test_held.py', Buffer.from(wrapHeld)]]), run: 'python3 -m unittest -q tests.test_wrap tests.test_held' }
  },
  seeds: () => [
    ...ruff('E703', 'lib/textwrap.py', /^( +return \w+)$/m, '$1;'),
    ...ruff('UP004', 'lib/textwrap.py', /^class (\w+):$/m, 'class $1(object):'),
    ...ruff('E714', 'lib/shlex.py', /^( +if )(\w+) is not None:$/m, '$1not $2 is None:'),
    { tool: 'ruff', rule: 'F401', file: 'lib/shlex.py', edit: nth(/^import os$/m, 'import os\nimport colorsys') },
    // What only the tests still know by this name.
    { tool: 'ruff', rule: 'F401', file: 'lib/textwrap.py', refused: 'tests', edit: nth(/^import re$/m, 'import re\nfrom math import tau'), beside: { file: 'tests/test_wrap.py', text: wrapTest } },
    { tool: 'ruff', rule: 'COM812', file: 'lib/textwrap.py', refused: 'new finding', edit: append(`\n_PLANTED = {\n    'a': 1,\n    'b': '${'x'.repeat(109)}'\n}\n`) },
    { tool: 'ruff', rule: 'F401', file: 'tests/names.py', refused: 'protected', edit: append('import colorsys\n') },
  ],
}

const go: Tree = {
  name: 'list', needs: ['go', 'gofmt'],
  async lay(directory) {
    const from = join(execFileSync('go', ['env', 'GOROOT'], { encoding: 'utf8' }).trim(), 'src/container/list')
    for (const name of ['list.go', 'example_test.go']) if (existsSync(join(from, name))) writeFileSync(join(directory, name), readFileSync(join(from, name)))
    writeFileSync(join(directory, 'go.mod'), 'module list\n\ngo 1.21\n')
    writeFileSync(join(directory, 'example_test.go'), readFileSync(join(from, 'example_test.go'), 'utf8').replace('"container/list"', '"list"'))
    return { files: new Map([['list_test.go', readFileSync(join(from, 'list_test.go'))]]), run: 'go test ./...' }
  },
  seeds: () => [0, 1, 2].map(() => ({ tool: 'gofmt', file: 'list.go', edit: nth(/^\t(return |if )/m, '\t   $1') })),
}

export const shortTrees: readonly Tree[] = [python, go]
