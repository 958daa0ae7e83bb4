import { joinByKey, type Scene, type Trackable } from './scene.ts'

const isAdvisory = (one: Trackable) => one.advisory !== undefined

/**
 * An advisory is its id, package and manifest, whatever version is installed and whichever tool tells of it. Tools learn further
 * aliases in time, so one id in common will do.
 */
export function trackAdvisories(scene: Scene): void {
  const names = aliasNames([...scene.old.findings, ...scene.now.findings])
  const moved = (file: string | undefined) => file === undefined ? '' : scene.places.expected(file, 1)?.file ?? file
  const key = ({ advisory }: Trackable, file: string, version: boolean) =>
    advisory && `${names.get(advisory.ids[0] ?? '') ?? ''}\0${advisory.package}\0${file}\0${version ? advisory.installed ?? '' : ''}`
  for (const version of [true, false]) {
    joinByKey(scene, isAdvisory, one => key(one, moved(one.file), version), one => key(one, one.file ?? '', version))
  }
}

/** Every id → one name for all that are the same by way of any finding's list. */
function aliasNames(findings: readonly Trackable[]): Map<string, string> {
  const parents = new Map<string, string>()
  const rootOf = (id: string): string => {
    let root = id
    for (let up = parents.get(root); up !== undefined && up !== root; up = parents.get(root)) root = up
    return root
  }
  for (const { advisory } of findings) {
    const [first, ...others] = advisory?.ids ?? []
    if (first === undefined) continue
    for (const id of others) {
      const [a, b] = [rootOf(first), rootOf(id)]
      if (a !== b) parents.set(b, a)
    }
  }
  return new Map(findings.flatMap(({ advisory }) => advisory?.ids ?? []).map(id => [id, rootOf(id)]))
}
