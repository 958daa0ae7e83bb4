import { readFileSync } from 'node:fs'
import { get, list, quote, str } from '../../core/parse/index.ts'
import type { Tree } from '../../core/contract.ts'

const finder = readFileSync(new URL('./node-pin.cjs', import.meta.url), 'utf8')

/** The Node that a project asks for, and where it does. A version before a range. */
function wanted(tree: Tree): { version: string; source: string } | undefined {
  const manifest = tree.json('package.json')
  const line = (file: string) => tree.read(file)?.split('\n').map(one => one.replace(/#.*$/, '').trim()).find(Boolean)
  const listed = /^nodejs[ \t]+(?<version>\S+)/m.exec(tree.read('.tool-versions') ?? '')?.groups?.version
  const runtime = [get(manifest, 'devEngines', 'runtime'), ...list(manifest, 'devEngines', 'runtime')].find(one => str(one, 'name') === 'node')
  const asked: readonly (readonly [string | undefined, string])[] = [
    [line('.nvmrc'), '.nvmrc'], [line('.node-version'), '.node-version'], [str(manifest, 'volta', 'node'), 'volta'], [listed, '.tool-versions'],
    [str(runtime, 'version'), 'devEngines'], [str(manifest, 'engines', 'node'), 'engines'],
  ]
  const [version, source = ''] = asked.find(([version]) => version !== undefined) ?? []
  return version === undefined ? undefined : { version, source }
}

/** Puts the Node that the project, or else its workspace, asks for in front of the PATH where the machine has it; else the log says which one runs. */
export function nodePin(tree: Tree, workspace: Tree): string {
  const pin = wanted(tree) ?? wanted(workspace)
  // `node`, `stable` and `lts/*` are whatever is newest.
  if (pin === undefined || !/\d|^lts\/[a-z]/i.test(pin.version)) return ''
  return `pinned=$(node - ${quote(pin.version)} ${quote(pin.source)} <<'END'\n${finder}END\n)\nif [ -n "$pinned" ]; then PATH="$pinned:$PATH"; fi`
}
