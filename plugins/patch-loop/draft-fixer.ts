import { FarmError, treeOf } from '../../core/service.ts'
import type { Drafter, DraftRequest } from './draft.ts'
import { fixerFor } from './targets.ts'
import { changedIn } from './workdir.ts'

/** The pack's own fixer, in the sandbox, on a copy of the commit's files. */
export const draftByFixer: Drafter = async request => {
  const { core, project, target, findings, base, signal } = request
  const fixer = fixerFor(core.farm.packs, target.language, target)
  if (!fixer) return { refused: `no fixer for ${target.tool}` }
  const prefix = target.subproject === '' ? '' : `${target.subproject}/`
  const paths = [...new Set(findings.flatMap(one => one.finding.file ?? []))].filter(file => file.startsWith(prefix)).map(file => file.slice(prefix.length))
  const tracked = (await base.files()).map(file => file.path)
  const files = paths.filter(path => tracked.includes(prefix + path))
  if (target.kind !== 'audit' && files.length === 0) return { refused: 'the findings are in no file of the commit' }
  let said = ''
  try {
    const changes = await changedIn(core, project.name, base, async directory => {
      const tree = treeOf(directory, tracked.toSorted(), target.subproject)
      const text = fixer.run({ tree, rules: target.rule === null ? [] : [target.rule], files: target.kind === 'audit' ? [] : files, packages: packagesOf(request) })
      if (text === undefined) throw new FarmError('invalid', `${target.tool} cannot repair ${target.rule ?? 'that'}`)
      const setup = fixer.setup?.(tree)
      for (const [shell, network] of [[setup, true], [text, fixer.network ?? false]] as const) {
        if (shell === undefined) continue
        const exit = await core.runProcess({
          shell, directory, cwd: target.subproject, network, caches: true, timeoutMs: request.timeoutMs, signal,
          output: (_, chunk) => { said = (said + chunk.toString('utf8')).slice(-4096) },
        })
        if (exit.ended === 'timed_out') throw new FarmError('invalid', 'the fixer took too long')
      }
    }, { added: false })
    signal.throwIfAborted()
    if (changes.size === 0) return { refused: said.trim() === '' ? 'the fixer changed nothing' : `the fixer changed nothing; it said: ${said.trim().slice(-500)}` }
    return { change: await base.write(changes), how: 'strict' }
  } catch (error) {
    if (error instanceof Error && error.name === 'FarmError' && (error as FarmError).code === 'invalid') return { refused: error.message }
    throw error
  }
}

function packagesOf({ findings }: DraftRequest): { name: string; installed?: string; fixed?: string }[] {
  const known = new Map(findings.flatMap(({ finding: { advisory } }) => advisory ? [[advisory.package, {
    name: advisory.package, ...(advisory.installed === undefined ? {} : { installed: advisory.installed }), ...(advisory.fixed === undefined ? {} : { fixed: advisory.fixed }),
  }] as const] : []))
  return [...known.values()]
}
