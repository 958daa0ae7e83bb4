import { readFileSync } from 'node:fs'
import type { Fixer, FixRequest, Tree } from '../../core/contract.ts'
import { quote } from '../../core/parse/index.ts'
import { raisePackages } from './audit-fix.ts'
import { managerOf } from './managers.ts'
import { prepareFor, setupFor } from './recipes.ts'

const eslintFix = readFileSync(new URL('./eslint-fix.cjs', import.meta.url), 'utf8')

const words = (values: readonly string[]) => values.map(quote).join(' ')
const targets = (files: readonly string[], all = '.') => (files.length > 0 ? `-- ${words(files)}` : all)

/** A fixer that runs the project's own program. */
function own(tool: string, kind: Fixer['kind'], command: (request: FixRequest) => string | undefined): Fixer {
  return {
    tool, ...(kind === undefined ? {} : { kind }), needs: ['node'],
    setup: setupFor,
    run(request) {
      const text = command(request)
      return text === undefined ? undefined : `${prepareFor(request.tree)}\n${text}`
    },
  }
}

/** Yarn's plug'n'play has no directory of programs. */
const prefix = (tree: Tree) => (managerOf(tree) === 'yarn' ? 'yarn run ' : '')

const eslint = own('eslint', undefined, ({ tree, rules, files }) =>
  `${managerOf(tree) === 'yarn' ? 'yarn node' : 'node'} - ${quote(JSON.stringify(rules))} ${words(files)} <<'END'\n${eslintFix}END`)

/** Biome's findings name `lint/suspicious/noDoubleEquals`, its options the same without the first word. */
const biome = own('biome', undefined, ({ tree, rules, files }) => {
  const only = rules.flatMap(rule => /^lint\/(?<name>\w+\/\w+)$/.exec(rule)?.groups?.name ?? []).map(name => ` --only=${name}`).join('')
  if (rules.length > 0 && only === '') return undefined
  return `${prefix(tree)}biome lint --write${only} ${targets(files)}`
})
const biomeFormat = own('biome', 'format', ({ tree, rules, files }) => [
  rules.length === 0 || rules.includes('format') ? `${prefix(tree)}biome format --write ${targets(files)}` : '',
  rules.length === 0 || rules.some(rule => rule !== 'format') ? `${prefix(tree)}biome check --write --linter-enabled=false --formatter-enabled=false ${targets(files)}` : '',
].filter(Boolean).join('\n'))

/** `eslint(no-debugger)` and `typescript(no-this-alias)` of the findings are `no-debugger` and `typescript/no-this-alias` on the command line. */
const oxlint = own('oxlint', undefined, ({ tree, rules, files }) => {
  const names = rules.flatMap(rule => {
    const groups = /^(?<plugin>[\w-]+)\((?<name>[\w/-]+)\)$/.exec(rule)?.groups
    return groups ? [groups.plugin === 'eslint' ? groups.name ?? '' : `${groups.plugin}/${groups.name}`] : []
  })
  if (rules.length > 0 && names.length === 0) return undefined
  // All off, then the rules asked for: the command line has the last word, before the configuration.
  return `${prefix(tree)}oxlint --fix${names.length > 0 ? ` -A all ${names.map(name => `-W ${name}`).join(' ')}` : ''} ${targets(files, '')}`
})

/** The linters that have no option for rules repair whatever they can in the files asked for. */
const whole = ([
  ['stylelint', undefined, 'stylelint --fix --allow-empty-input', `'**/*.{css,scss,sass,less}'`],
  ['tslint', undefined, 'tslint --fix', '--project .'],
  ['standard', undefined, 'standard --fix', ''],
  ['prettier', 'format', 'prettier --write --log-level warn', '.'],
] as const).map(([tool, kind, command, all]) => own(tool, kind, ({ tree, files }) => `${prefix(tree)}${command} ${targets(files, all)}`))

const deno: Fixer = {
  tool: 'deno', needs: ['deno'],
  run({ rules, files }) {
    const names = rules.filter(rule => /^[a-z][a-z0-9/-]+$/.test(rule) && rule !== 'syntax')
    if (rules.length > 0 && names.length === 0) return undefined
    return `deno lint --fix --quiet${names.length > 0 ? ` --rules-tags= --rules-include=${names.join(',')}` : ''} ${targets(files)}`
  },
}
const denoFmt: Fixer = { tool: 'deno', kind: 'format', needs: ['deno'], run: ({ files }) => `deno fmt --quiet ${targets(files)}` }

const audits = ['npm-audit', 'pnpm-audit', 'yarn-audit', 'bun-audit'].map((tool): Fixer => ({
  tool, kind: 'audit', network: true, needs: ['node'],
  run({ tree, packages }) {
    const text = raisePackages(tree, packages)
    return text === undefined ? undefined : `${prepareFor(tree)}\n${text}`
  },
}))

export const fixers: readonly Fixer[] = [eslint, biome, biomeFormat, oxlint, ...whole, deno, denoFmt, ...audits]
