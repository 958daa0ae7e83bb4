import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { copied, nodeModules, npmPackage } from './fetch.ts'
import { append, nth, spread, type Seed, type Tree } from './seeds.ts'

const rules = ['eqeqeq', 'no-extra-boolean-cast', 'dot-notation', 'no-undef-init', 'yoda', 'operator-assignment', 'no-unneeded-ternary', 'no-extra-semi', 'semi', 'curly', 'block-spacing', 'prefer-template', 'no-else-return']
const config = `module.exports = [
  { files: ['lib/**/*.js', 'test/**/*.js'], languageOptions: { sourceType: 'commonjs', ecmaVersion: 2022 }, rules: { ${rules.map(name => `'${name}': 'error'`).join(', ')}, quotes: ['error', 'single', { avoidEscape: true }] } },
]
`
const lib = ['lib/parse.js', 'lib/stringify.js', 'lib/utils.js']
const each = (rule: string, pattern: RegExp, replacement: string, n: number, more: Partial<Seed> = {}): Seed[] =>
  spread({ tool: 'eslint', rule, pattern, replacement, files: lib, each: n, together: 1 }).map(seed => ({ ...seed, ...more }))

/** A concatenation asks for an object's value, a template for its text. */
const joined: Seed = {
  tool: 'eslint', rule: 'prefer-template', file: 'lib/formats.js', refused: 'tests',
  edit: append(`
module.exports.labelled = function labelled(value) {
    return 'n' + value;
};
`),
  beside: { file: 'test/formats.js', text: `'use strict';

var test = require('tape');
var formats = require('../lib/formats');

test('labelled()', function (t) {
    var value = { toString: function () { return 'text'; }, valueOf: function () { return 7; } };
    t.equal(formats.labelled(value), 'n7');
    t.end();
});

require('./index');
` },
}

/** qs, with tape and ESLint in the repository, so that no job installs anything. */
export const qs: Tree = {
  name: 'qs', needs: ['node', 'npm'],
  async lay(directory) {
    const from = npmPackage('qs', '6.5.2')
    copied(join(from, 'lib'), join(directory, 'lib'))
    copied(nodeModules('eslint@9.39.1', 'tape@2.14.1', 'iconv-lite@0.4.24', 'safer-buffer@2.1.2'), join(directory, 'node_modules'))
    mkdirSync(join(directory, 'test'))
    for (const name of ['stringify.js', 'utils.js']) writeFileSync(join(directory, 'test', name), readFileSync(join(from, 'test', name)))
    writeFileSync(join(directory, 'test/index.js'), "'use strict';\n\nrequire('./stringify');\n\nrequire('./utils');\n")
    writeFileSync(join(directory, 'eslint.config.js'), config)
    writeFileSync(join(directory, 'package.json'), JSON.stringify({ name: 'qs', version: '6.5.2', private: true, main: 'lib/index.js', scripts: { lint: 'eslint lib test', test: 'if [ -f test/formats.js ]; then node test/formats.js; else node test/index.js; fi' } }, null, 2))
    return { files: new Map([['test/parse.js', readFileSync(join(from, 'test/parse.js'))]]), run: 'npm test && node test/parse.js' }
  },
  seeds: () => [
    ...each('eqeqeq', /typeof (\w+(?:\.\w+)?) === '/, "typeof $1 == '", 4),
    ...each('no-extra-boolean-cast', /^(\s+)if \((\w+)\) \{/m, '$1if (!!$2) {', 2),
    ...each('dot-notation', /\b(options|Object|String|Array)\.(\w+)\b/, "$1['$2']", 4),
    // ESLint repairs that of `let` alone.
    ...each('no-undef-init', /^(\s+var \w+);$/m, '$1 = undefined;', 2, { refused: 'nothing offered' }),
    ...each('yoda', /(?<![.\w\]])(\w+) === (-?\d\w*|'')/, '$2 === $1', 2),
    ...each('no-unneeded-ternary', /= (options\.\w+ === \w+|opts\.\w+ === \w+|options\.\w+ !== false);/, '= $1 ? true : false;', 2),
    ...each('operator-assignment', /\b(\w+) \+= (\w)/, '$1 = $1 + $2', 2),
    ...each('no-extra-semi', /^(\s+return \w+;)$/m, '$1;', 3),
    ...each('semi', /^(\s+\w+\.push\(\w+\));$/m, '$1', 2),
    ...each('quotes', /'(\[\]|[a-z]{3,})'(?! \|\|)/, '"$1"', 4),
    // What is put around it has no blanks inside.
    ...each('curly', /if \((!?\w+)\) \{\n\s+(return \w+;)\n\s+\}/, 'if ($1) $2', 1, { refused: 'new finding' }),
    joined,
    ...['test/stringify.js', 'test/utils.js'].map((file): Seed => ({ tool: 'eslint', rule: 'no-extra-semi', file, refused: 'protected', edit: nth(/t\.end\(\);/, 't.end();;') })),
  ],
}

export const trees: readonly Tree[] = [qs]
