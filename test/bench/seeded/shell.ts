import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { copied, npmPackage } from './fetch.ts'
import { nth, spread, type Seed, type Tree } from './seeds.ts'

const held = (name: string) => readFileSync(new URL(`held/${name}`, import.meta.url))

/** Not the ones that run tests: shellcheck reads whatever they load, which takes it half a minute. */
const core = ['bats-format-cat', 'bats-format-junit', 'bats-format-pretty', 'bats-format-tap', 'bats-format-tap13', 'bats-preprocess']
const library = ['common', 'formatter', 'preprocessing', 'semaphore', 'validator', 'warnings']
const programs = core.map(name => `libexec/bats-core/${name}`)
const libraries = library.map(name => `lib/bats-core/${name}.bash`)
const sources = [...programs, ...libraries]
/** Those that are as shfmt wants them from the beginning. */
const formatted = ['libexec/bats-core/bats-format-pretty', 'libexec/bats-core/bats-format-tap', 'libexec/bats-core/bats-format-tap13', 'libexec/bats-core/bats-preprocess', 'lib/bats-core/preprocessing.bash', 'lib/bats-core/validator.bash', 'lib/bats-core/warnings.bash']

const asserts = ['assert_line', 'assert_output', 'assert_regex', 'refute', 'refute_line', 'refute_output', 'refute_regex', 'assert_success'].map(name => `assert/src/${name}.bash`)

const quote = (files: readonly string[], pattern: RegExp, replacement: string, more: Partial<{ each: number; refused: 'tests' }> = {}): Seed[] => spread({ tool: 'shellcheck', rule: 'SC2086', pattern, replacement, files, ...more })
const format = (pattern: RegExp, replacement: string, lot: string): Seed[] => formatted.map(file => ({ tool: 'shfmt', file, lot: `${lot}${formatted.indexOf(file) % 3}`, edit: nth(pattern, replacement) }))

/** bats and two of its libraries, tested by the machine's own bats. */
export const bats: Tree = {
  name: 'bats', needs: ['bats', 'shellcheck', 'shfmt', 'patch'],
  async lay(directory) {
    const [from, support, assert] = [npmPackage('bats', '1.11.0'), npmPackage('bats-support', '0.3.0'), npmPackage('bats-assert', '2.2.4')]
    for (const file of sources) {
      mkdirSync(dirname(join(directory, file)), { recursive: true })
      writeFileSync(join(directory, file), readFileSync(join(from, file)))
    }
    for (const [name, at] of [['support', support], ['assert', assert]] as const) {
      mkdirSync(join(directory, name))
      copied(join(at, 'src'), join(directory, name, 'src'))
      writeFileSync(join(directory, name, 'load.bash'), readFileSync(join(at, 'load.bash')))
    }
    for (const file of programs) chmodSync(join(directory, file), 0o755)
    for (const [file, name] of [['test/bats.bats', 'visible.bats'], ['test/fixtures/stream.tap', 'stream.tap']] as const) {
      mkdirSync(dirname(join(directory, file)), { recursive: true })
      writeFileSync(join(directory, file), held(name))
    }
    writeFileSync(join(directory, '.editorconfig'), '[*]\nindent_style = space\nindent_size = 2\nshell_variant = bash\n')
    return { files: new Map([['test/held.bats', held('hidden.bats')]]), run: 'bats --tap test' }
  },
  seeds: () => [
    ...quote(sources, /^( +(?:mkdir -p|rm -f|touch|source|printf -v|bats_\w+)) "(\$\w+)"/m, '$1 $2', { each: 1 }),
    ...spread({ tool: 'shellcheck', rule: 'SC2086', pattern: /^( +printf '[^']+') "(\$\w+)"$/m, replacement: '$1 $2', files: sources.filter(file => !file.endsWith('preprocess')), each: 2 }).map(seed => ({ ...seed, lot: `printf ${seed.lot}` })),
    ...['assert/src/assert_equal.bash', 'assert/src/assert_not_equal.bash', 'assert/src/assert_failure.bash'].map((file): Seed => ({ tool: 'shellcheck', rule: 'SC2086', file, lot: 'libraries', edit: nth(/^( +'expected'|  echo|      'output') "(\$\w+)"/m, '$1 $2') })),
    ...spread({ tool: 'shellcheck', rule: 'SC2086', pattern: /^( +(?:batslib_print_kv_single_or_multi "\$width" )?'(?:output|expected|actual|unexpected|value|regexp|line|substring)' +)"(\$\w+)"/m, replacement: '$1$2', files: asserts, each: 3 }).map(seed => ({ ...seed, lot: `asserts ${seed.lot}` })),
    ...spread({ tool: 'shellcheck', rule: 'SC2006', pattern: /(?<==|=")\$\(([a-z_]+(?: [-\w]+)*)\)/, replacement: '`$1`', files: sources }),
    ...spread({ tool: 'shellcheck', rule: 'SC2006', pattern: /\$\( ([a-z_]+ "\$\w+") \)/, replacement: '`$1`', files: ['support/src/output.bash'] }),
    ...format(/^ {2}(?=local|printf|if)/m, '     ', 'depth'),
    ...format(/; then$/m, ' ;then', 'then').slice(3),
    // The words are meant to be split here.
    { tool: 'shellcheck', rule: 'SC2086', file: 'support/src/output.bash', lot: 'split', refused: 'tests', edit: nth(/^ {2}set -- \$\( sort -nu <<< "\$\( printf '%d\\n' "\$@" \)" \)$/m, `  local order\n  order=$( sort -nu <<< "$( printf '%d\\n' "$@" )" )\n  set -- $order`) },
    ...['test/bats.bats'].map((file): Seed => ({ tool: 'shellcheck', rule: 'SC2086', file, refused: 'protected', edit: nth(/\[ "(\$(?:status|word|output))" /, '[ $1 ') })),
  ],
}

export const trees: readonly Tree[] = [bats]
