import type { Fixer, FixRequest } from '../../core/contract.ts'
import { quote } from '../../core/parse/index.ts'
import { localTools, projectsOf, targetsOf } from './project.ts'
import { restore } from './recipes.ts'

const include = (files: readonly string[]) => files.length > 0 ? ` --include ${files.map(quote).join(' ')}` : ''
const format = ({ tree, files }: FixRequest, command: string, flags: string) => targetsOf(tree).map(target => `dotnet format${command} ${quote(target)} --no-restore${flags}${include(files)}`).join('\n') || undefined

/** Code fixes come with the analyzers; those of the compiler's own warnings with the SDK. */
const codeFixes = (tool: string): Fixer => ({
  tool, needs: ['dotnet'], setup: restore,
  run(request) {
    const rules = request.rules.filter(rule => /^[A-Za-z]{1,20}\d{1,8}$/.test(rule))
    if (request.rules.length > 0 && rules.length === 0) return undefined
    return format(request, '', `${rules.length > 0 ? ` --diagnostics ${rules.join(' ')}` : ''} --severity info`)
  },
})

export const fixers: readonly Fixer[] = [
  codeFixes('roslyn'),
  { ...codeFixes('csc'), kind: 'build' },
  { tool: 'dotnet-format', kind: 'format', needs: ['dotnet'], setup: restore, run: request => format(request, ' whitespace', '') },
  {
    tool: 'csharpier', kind: 'format', needs: ['dotnet'], setup: restore,
    run: ({ tree, files }) => `dotnet csharpier ${localTools(tree)['csharpier']?.startsWith('0.') ? '' : 'format '}${files.map(quote).join(' ') || '.'}`,
  },
  { tool: 'fantomas', kind: 'format', needs: ['dotnet'], setup: restore, run: ({ files }) => `dotnet fantomas ${files.map(quote).join(' ') || '.'}` },
  { tool: 'nuget', kind: 'audit', needs: ['dotnet'], setup: restore, network: true, run: raise },
]

/** In the projects that name the package; where none does, it is named by those that depend on it, which is how NuGet raises a dependency's dependency. */
function raise({ tree, packages }: FixRequest): string | undefined {
  const projects = projectsOf(tree)
  const commands = packages.filter(({ name }) => /^[A-Za-z0-9_][\w.-]*$/.test(name)).flatMap(({ name, fixed }) => {
    const version = fixed === undefined ? '' : ` --version ${quote(fixed)}`
    const named = projects.filter(({ text }) => text.toLowerCase().includes(`include="${name.toLowerCase()}"`))
    if (named.length > 0) return named.map(({ path }) => `dotnet add ${quote(path)} package ${name}${version}`)
    return projects.map(({ path }) => `if dotnet nuget why ${quote(path)} ${name} 2>/dev/null | grep -q 'has the following dependency graph'; then dotnet add ${quote(path)} package ${name}${version}; fi`)
  })
  return commands.length > 0 ? commands.join('\n') : undefined
}
