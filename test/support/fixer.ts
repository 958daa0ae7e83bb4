import { spawnSync } from 'node:child_process'
import { existsSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Test } from 'tap'
import type { FixRequest, Kind, LanguagePack } from '../../core/contract.ts'
import { treeOf } from '../../core/tree.ts'

export interface Repair extends Partial<Omit<FixRequest, 'tree'>> { tool: string; kind?: Kind }

/** Why the fixer cannot run here, false if it can; its own needs, and further programs. */
export function lacks(pack: LanguagePack, { tool, kind }: Repair, ...more: readonly string[]): string | false {
  const needs = [...fixerOf(pack, { tool, ...kind ? { kind } : {} })?.needs ?? [], ...more]
  const missing = needs.filter(name => spawnSync('sh', ['-c', `command -v ${name}`]).status !== 0)
  return missing.length > 0 && `${missing.join(', ')}: not on this machine`
}

export function fixerOf(pack: LanguagePack, { tool, kind = 'lint' }: Repair) {
  return pack.fixers?.find(one => one.tool === tool && (one.kind ?? 'lint') === kind)
}

/** Writes the files into a fresh directory that is no repository, runs the fixer's setup and text there, and says what each file holds then. */
export function repair(t: Test, pack: LanguagePack, files: Readonly<Record<string, string>>, { rules = [], files: chosen = [], packages = [], ...which }: Repair): Record<string, string> {
  const directory = mkdtempSync(join(tmpdir(), 'crafting-fixer-'))
  t.teardown(() => rmSync(directory, { recursive: true, force: true }))
  const [tree, home, tmp] = ['tree', 'home', 'tmp'].map(name => join(directory, name)) as [string, string, string]
  for (const path of [tree, home, tmp]) mkdirSync(path)
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(tree, name)), { recursive: true })
    writeFileSync(join(tree, name), text)
  }
  const fixer = fixerOf(pack, which)
  const view = treeOf(tree, Object.keys(files))
  // As in a job, a toolchain of the real home is still found.
  const homes = Object.entries(pack.homes ?? {}).map(([name, folder]) => [name, process.env[name] ?? join(homedir(), folder)]).filter(([, path]) => existsSync(path ?? ''))
  const env = { ...process.env, ...Object.fromEntries(homes) as Record<string, string>, HOME: home, TMPDIR: tmp }
  for (const text of [fixer?.setup?.(view), fixer?.run({ tree: view, rules, files: chosen, packages })]) {
    if (text === undefined) continue
    // tap has a loader for every child of the test, which not all tools survive.
    const ran = spawnSync('sh', ['-c', `unset NODE_OPTIONS\n${text}`], { cwd: tree, env, encoding: 'utf8' })
    t.comment(`${ran.stdout}${ran.stderr}`)
  }
  const left = readdirSync(tree, { recursive: true, encoding: 'utf8' }).filter(name => !/(?:^|\/)node_modules(?:\/|$)/.test(name) && lstatSync(join(tree, name)).isFile())
  return Object.fromEntries(left.map(name => [name, readFileSync(join(tree, name), 'utf8')]))
}
