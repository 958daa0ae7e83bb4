import type { Tree } from '../../core/contract.ts'
import { get, has, str } from '../../core/parse/index.ts'

/** What the files of a .NET project say of it. Project files are read with patterns: the questions are few. */

export const projectGlobs = ['*.csproj', '*.fsproj', '*.vbproj']
const solutionGlobs = ['*.slnx', '*.sln']
const most = 300

/** What the commands are told to work on: the solutions of the directory, else its projects. A solution that was migrated (`.sln` beside `.slnx`) is one. */
export function targetsOf(tree: Tree): readonly string[] {
  const solutions = solutionGlobs.flatMap(glob => tree.find(glob))
  const ours = new Map(solutions.map(path => [path.replace(/\.slnx?$/i, ''), path]))
  return ours.size > 0 ? [...ours.values()] : projectGlobs.flatMap(glob => tree.find(glob))
}

/** All project files, with their text. */
export function projectsOf(tree: Tree): readonly { path: string; text: string }[] {
  return projectGlobs.flatMap(glob => tree.find(`**/${glob}`)).slice(0, most).map(path => ({ path, text: tree.read(path) ?? '' }))
}

/** Projects of the time before the SDK name every file and import their targets: only MSBuild itself, of Mono here, builds them. */
export function isLegacy(tree: Tree): boolean {
  const projects = projectsOf(tree)
  return projects.length > 0 && projects.every(({ text }) => !/\bSdk\s*=|<Sdk\s/.test(text) && /schemas\.microsoft\.com\/developer\/msbuild\/2003/.test(text))
}

const shared = ['Directory.Build.props', 'Directory.Build.targets', 'Directory.Packages.props']

/** Whether a project file, or one that all of them import, says so. */
export function says(tree: Tree, pattern: RegExp): boolean {
  return projectsOf(tree).some(({ text }) => pattern.test(text)) || upwards(tree).some(one => shared.some(name => pattern.test(one.read(name) ?? '')))
}

export function upwards(tree: Tree): readonly Tree[] {
  const all: Tree[] = []
  for (let one: Tree | undefined = tree; one && all.length < 32; one = one.parent) all.push(one)
  return all
}

/** A test project by what it refers to; `IsTestProject` may also stand in a file that it imports. */
export function hasTests(tree: Tree): boolean {
  return projectsOf(tree).some(({ text }) => /Microsoft\.NET\.Test\.Sdk|MSTest\.Sdk|<IsTestProject>\s*true|"(?:xunit(?:\.v3)?|TUnit|NUnit|MSTest|Microsoft\.Testing\.Platform)"|<(?:EnableMSTestRunner|EnableNUnitRunner|UseMicrosoftTestingPlatformRunner)>\s*true/i.test(text))
    || says(tree, /<PackageReference\s[^>]*"Microsoft\.NET\.Test\.Sdk"/i)
}

/** The nearest global.json. */
export function globalJson(tree: Tree): unknown {
  return upwards(tree).map(one => one.json('global.json')).find(value => typeof value === 'object' && value !== null)
}

/** Who runs the tests: VSTest; the testing platform behind VSTest's command (it takes no loggers); the platform itself (global.json, .NET 10). */
export function runnerOf(tree: Tree): 'vstest' | 'bridged' | 'platform' {
  if (/^Microsoft\.Testing\.Platform$/i.test(str(globalJson(tree), 'test', 'runner') ?? '')) return 'platform'
  return says(tree, /<TestingPlatformDotnetTestSupport>\s*true/i) ? 'bridged' : 'vstest'
}

/** Versions of the local tools, which `dotnet tool restore` installs. */
export function localTools(tree: Tree): Readonly<Record<string, string>> {
  const manifest = upwards(tree).flatMap(one => ['.config/dotnet-tools.json', 'dotnet-tools.json'].map(path => one.json(path))).find(value => typeof value === 'object' && value !== null)
  const tools = get(manifest, 'tools')
  return typeof tools === 'object' && tools !== null ? Object.fromEntries(Object.entries(tools).map(([name, tool]) => [name.toLowerCase(), str(tool, 'version') ?? ''])) : {}
}

/** `style`: the project has rules of code style; `whitespace`: it has an .editorconfig, but no such rules. */
export function formatRules(tree: Tree): 'style' | 'whitespace' | undefined {
  if (!has('**/*.cs', '**/*.vb')(tree)) return undefined
  const texts = upwards(tree).map(one => one.read('.editorconfig') ?? one.read('.globalconfig')).filter(text => text !== undefined)
  if (texts.length === 0) return undefined
  return texts.some(text => /^\s*(?:dotnet|csharp|visual_basic)_/m.test(text)) ? 'style' : 'whitespace'
}

/** The pinned versions of packages are to be kept. */
export const isLocked = has('packages.lock.json', '**/packages.lock.json')
