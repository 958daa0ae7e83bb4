import { entries, get, quote, str } from '../../core/parse/index.ts'
import type { Tree } from '../../core/contract.ts'
import { memberGlobs } from './managers.ts'

interface Member {
  directory: string
  name: string
  scripts: readonly string[]
  needs: readonly string[]
}

/** The packages of a workspace, each after those of the others that it depends on. */
function membersOf(tree: Tree): readonly Member[] {
  const paths = new Set(memberGlobs(tree).flatMap(glob => tree.find(`${glob.replace(/^\.\//, '').replace(/\/$/, '')}/package.json`)))
  const members = [...paths].toSorted().map((path): Member => {
    const manifest = tree.json(path)
    return {
      directory: path.slice(0, -'/package.json'.length), name: str(manifest, 'name') ?? path,
      scripts: entries(manifest, 'scripts').map(([name]) => name),
      needs: ['dependencies', 'devDependencies', 'peerDependencies'].flatMap(kind => entries(get(manifest), kind).map(([name]) => name)),
    }
  })
  const byName = new Map(members.map(one => [one.name, one]))
  const ordered = new Set<Member>()
  const visit = (one: Member, above: ReadonlySet<Member>) => {
    if (ordered.has(one) || above.has(one)) return
    for (const name of one.needs) {
      const needed = byName.get(name)
      if (needed) visit(needed, new Set([...above, one]))
    }
    ordered.add(one)
  }
  for (const one of members) visit(one, new Set())
  return [...ordered]
}

/** Whether the root has nothing to say of a script that its members have. */
export function membersWith(tree: Tree, script: string): readonly string[] {
  return membersOf(tree).filter(one => one.scripts.includes(script)).map(one => one.directory)
}

/** Runs a script in every member that has it. Make's way to tell of directories is understood by everybody who reads paths in a log. */
export function inMembers(directories: readonly string[], command: string): string {
  return `status=0
for member in ${directories.map(quote).join(' ')}; do
  echo "make: Entering directory '$PWD/$member'"
  (cd "./$member" && ${command}) || status=$?
  echo "make: Leaving directory '$PWD/$member'"
done
exit $status`
}
