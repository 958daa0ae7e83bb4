import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { copied, sdist } from './fetch.ts'
import { append, nth, spread, type Hidden, type Seed, type Tree } from './seeds.ts'

const rules = ['F401', 'E713', 'E714', 'UP004', 'PIE790', 'RSE102', 'E703', 'F541', 'UP034', 'B009', 'RUF100', 'SIM910', 'UP025', 'COM812', 'E501', 'I001', 'E711', 'F841', 'W291', 'UP018']
const config = `line-length = 120\nlint.select = ${JSON.stringify(rules)}\nlint.preview = false\n`

/** Half of the test modules is held back, so half of the places is tried without a test of their own. */
function halved(directory: string, tests: string): Hidden {
  const names = readdirSync(join(directory, tests)).filter(name => /^test_.*\.py$/.test(name)).toSorted().filter((_, at) => at % 2 === 1)
  const files = new Map(names.map(name => [join(tests, name), readFileSync(join(directory, tests, name))] as const))
  for (const file of files.keys()) rmSync(join(directory, file))
  return { files, run: `PYTHONPATH=. python3 -m pytest -q -p no:cacheprovider ${tests}` }
}

function python(name: string, version: string, { code, tests, seeds }: { code: string; tests: string; seeds: (files: readonly string[]) => Seed[] }): Tree {
  return {
    name, needs: ['python3', 'ruff'],
    async lay(directory) {
      copied(join(sdist(name, version), code), join(directory, code))
      if (!tests.startsWith(code)) copied(join(sdist(name, version), tests), join(directory, tests))
      rmSync(join(directory, tests, 'conftest.py'), { force: true })
      writeFileSync(join(directory, 'ruff.toml'), config)
      writeFileSync(join(directory, 'pytest.ini'), '[pytest]\n')
      return halved(directory, tests)
    },
    seeds: directory => seeds(readdirSync(join(directory, code)).filter(file => file.endsWith('.py') && !file.startsWith('_')).toSorted().map(file => `${code}/${file}`)),
  }
}

const ruff = 'ruff'
const unused = ['colorsys', 'graphlib', 'tabnanny', 'quopri', 'rlcompleter']
/** A module that nothing here needs, after the first import. */
const needless = (file: string, module: string): Seed => ({ tool: ruff, rule: 'F401', file, edit: nth(/^(?:import|from) [^(\n]*$/m, `$&\nimport ${module}`) })

/** A definition that has moved, and is still known by its old place. */
function moved(file: string, name: string, header = ''): Seed {
  const seed: Seed = {
    tool: ruff, rule: 'F401', file, refused: 'tests',
    edit(text) {
      const found = new RegExp(`^def ${name}\\([^]*?(?=^\\S)`, 'm').exec(text)
      if (!found) return undefined
      seed.beside = { file: file.replace(/\w+\.py$/, `_${name}.py`), text: `${header}${found[0].trimEnd()}\n` }
      const module = file.replace(/\/\w+\.py$/, '').replaceAll('/', '.')
      return text.replace(found[0], '').replace(/^(?:import|from) [^(\n]*$/m, `$&\nfrom ${module}._${name} import ${name}`)
    },
  }
  return seed
}

/** The comma that is missing takes the line over the limit. */
const brimful = (file: string): Seed => ({ tool: ruff, rule: 'COM812', file, refused: 'new finding', edit: append(`\n\n_PLANTED = {\n    'a': 1,\n    'b': '${'x'.repeat(109)}'\n}\n`) })

export const boltons = python('boltons', '24.0.0', {
  code: 'boltons', tests: 'tests',
  seeds: files => [
    ...files.slice(3, 11).flatMap((file, at) => unused.slice(0, 1 + at % 3).map(module => needless(file, module))),
    ...spread({ tool: ruff, rule: 'E713', pattern: /^( +(?:el)?if )(\w+) not in (\w+):$/m, replacement: '$1not $2 in $3:', files }),
    ...spread({ tool: ruff, rule: 'E714', pattern: /^( +(?:el)?if )(\w+) is not None:$/m, replacement: '$1not $2 is None:', files: files.slice(0, 20) }),
    ...spread({ tool: ruff, rule: 'UP004', pattern: /^class (\w+):$/m, replacement: 'class $1(object):', files: files.slice(0, 16), each: 3 }),
    ...spread({ tool: ruff, rule: 'PIE790', pattern: /^( +)(return \w+)$(?!\n\1pass)/m, replacement: '$1pass\n$1$2', files: files.slice(6, 14), each: 1 }),
    ...spread({ tool: ruff, rule: 'RSE102', pattern: /^( +raise [A-Z]\w+)$/m, replacement: '$1()', files }),
    ...spread({ tool: ruff, rule: 'E703', pattern: /^( +return self\.\w+)$/m, replacement: '$1;', files: files.slice(4, 20) }),
    ...spread({ tool: ruff, rule: 'F541', pattern: /(?<=[(=] ?)'([A-Za-z ,]+)'(?=[,)])/, replacement: "f'$1'", files: files.slice(8, 22), each: 3 }),
    ...spread({ tool: ruff, rule: 'UP034', pattern: /(?<=[ =(]len\()(\w+)(?=\)$)/m, replacement: '($1)', files: files.slice(0, 14) }),
    ...spread({ tool: ruff, rule: 'B009', pattern: /^( +return) self\.(_[a-z]\w+)$/m, replacement: "$1 getattr(self, '$2')", files, each: 3 }),
    ...spread({ tool: ruff, rule: 'RUF100', pattern: /^( +(?:el)?if \w+:)$/m, replacement: '$1  # noqa: E713', files: files.slice(10, 20) }),
    ...spread({ tool: ruff, rule: 'SIM910', pattern: /\.get\((\w+)\)/, replacement: '.get($1, None)', files }),
    moved('boltons/mathutils.py', 'clamp'), moved('boltons/typeutils.py', 'make_sentinel', 'import sys\n\n\n'),
    ...['boltons/easterutils.py', 'boltons/urlutils.py', 'boltons/statsutils.py'].map(brimful),
    ...['tests/test_cacheutils.py', 'tests/test_dictutils.py', 'tests/test_formatutils.py'].map(file => ({ ...needless(file, 'colorsys'), refused: 'protected' as const })),
    ...spread({ tool: ruff, rule: 'E711', pattern: /^( +if \w+) is None:$/m, replacement: '$1 == None:', files: files.slice(10, 14), refused: 'nothing offered' }),
  ],
})

/** Its second run passes, the third does not: what a flaky test says against a patch is not the patch's fault, but it is not taken either. */
const flaky = `import os
import unittest


class TestOften(unittest.TestCase):
    def test_often(self):
        path = os.path.join(os.environ.get('PIP_CACHE_DIR', os.environ.get('TMPDIR', '/tmp')), 'runs-of-cachetools')
        runs = int(open(path).read()) if os.path.exists(path) else 0
        with open(path, 'w') as file:
            file.write(str(runs + 1))
        self.assertNotEqual(runs, 2)
`

/** Only these sources: the package itself would be installed for each job. */
export const cachetools: Tree = {
  name: 'cachetools', needs: ['python3', 'ruff'],
  async lay(directory) {
    const from = sdist('cachetools', '5.3.3')
    copied(join(from, 'src/cachetools'), join(directory, 'cachetools'))
    copied(join(from, 'tests'), join(directory, 'tests'))
    writeFileSync(join(directory, 'ruff.toml'), config)
    writeFileSync(join(directory, 'tests/test_often.py'), flaky)
    return { files: new Map(), run: 'python3 -m unittest -q tests.test_cache tests.test_keys tests.test_lru' }
  },
  seeds: () => spread({ tool: ruff, rule: 'E703', pattern: /^( +return self\.\w+)$/m, replacement: '$1;', files: ['cachetools/__init__.py'], refused: 'flaky' }),
}

export const trees: readonly Tree[] = [boltons, cachetools]
