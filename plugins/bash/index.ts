import type { LanguagePack } from '../../core/contract.ts'
import { bashate } from './bashate.ts'
import { bash } from './bash.ts'
import { batsJunit } from './bats-junit.ts'
import { batsPretty } from './bats-pretty.ts'
import { bats } from './bats.ts'
import { checkbashisms } from './checkbashisms.ts'
import { fixers } from './fixers.ts'
import { recipes } from './recipes.ts'
import { shellcheckCheckstyle } from './shellcheck-checkstyle.ts'
import { shellcheckDiff } from './shellcheck-diff.ts'
import { shellcheckGcc } from './shellcheck-gcc.ts'
import { shellcheckJson } from './shellcheck-json.ts'
import { shellcheck } from './shellcheck.ts'
import { shellspec } from './shellspec.ts'
import { shfmtDiff } from './shfmt-diff.ts'
import { shfmt } from './shfmt.ts'
import { shunit2 } from './shunit2.ts'
import { zsh } from './zsh.ts'

export default {
  kind: 'language',
  api: 1,
  name: 'bash',
  title: 'Shell',
  aliases: ['sh', 'shell', 'zsh'],
  // None: `.shellcheckrc` and `*.bats` lie in folders of tests, and a repository's scripts belong together wherever they are.
  markers: [],
  extensions: ['.sh', '.bash', '.bats', '.ksh'],
  interpreters: ['sh', 'bash', 'dash', 'ksh', 'ash'],
  claimsLoose: true,
  recipes,
  parsers: {
    'shellcheck-json': shellcheckJson,
    'shellcheck-checkstyle': shellcheckCheckstyle,
    'bats-junit': batsJunit,
    shellcheck,
    'shellcheck-gcc': shellcheckGcc,
    'shfmt-diff': shfmtDiff,
    'shellcheck-diff': shellcheckDiff,
    shfmt,
    bashate,
    checkbashisms,
    bats,
    'bats-pretty': batsPretty,
    shunit2,
    shellspec,
    bash,
    zsh,
  },
  fixers,
  toolchain: [
    { name: 'bash', version: 'bash --version', get: 'apt install bash', neededFor: ['build', 'test'] },
    { name: 'dash', version: 'command -v dash', get: 'apt install dash; else sh checks the scripts for sh', neededFor: ['build'] },
    { name: 'shellcheck', version: 'shellcheck --version', get: 'apt install shellcheck', neededFor: ['lint'] },
    { name: 'bats', version: 'bats --version', get: 'apt install bats, or npm install -g bats', neededFor: ['test'] },
    { name: 'make', version: 'make --version', get: 'apt install make', neededFor: ['test'] },
    { name: 'patch', version: 'patch --version', get: 'apt install patch', neededFor: [] },
    { name: 'shfmt', version: 'shfmt --version', get: 'apt install shfmt', neededFor: ['lint'] },
  ],
} satisfies LanguagePack
