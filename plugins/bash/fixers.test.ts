import t from 'tap'
import { lacks, repair } from '../../test/support/fixer.ts'
import pack from './index.ts'

const greet = '#!/bin/bash\nname=$1\necho hello $name\ncd /tmp\n'

t.test('shellcheck repairs the rules asked for, in the files asked for, without a repository', { skip: lacks(pack, { tool: 'shellcheck' }) }, async t => {
  const files = { 'bin/greet.sh': greet, 'bin/other.sh': greet }
  const after = repair(t, pack, files, { tool: 'shellcheck', rules: ['SC2086'], files: ['bin/greet.sh'] })
  t.same(after, { 'bin/greet.sh': greet.replace('$name\n', '"$name"\n'), 'bin/other.sh': greet })
  t.match(repair(t, pack, files, { tool: 'shellcheck' })['bin/other.sh'], /"\$name"\ncd \/tmp \|\| exit/, 'without rules and files: all of them')
  t.same(repair(t, pack, files, { tool: 'shellcheck', rules: ['not-a-rule'] }), files)
})

t.test('shfmt formats the files asked for', { skip: lacks(pack, { tool: 'shfmt', kind: 'format' }) }, async t => {
  const untidy = 'if true; then\n        echo\nfi\n'
  const after = repair(t, pack, { 'a b.sh': untidy, 'c.sh': untidy }, { tool: 'shfmt', kind: 'format', files: ['a b.sh'] })
  t.same(after, { 'a b.sh': 'if true; then\n\techo\nfi\n', 'c.sh': untidy })
})
