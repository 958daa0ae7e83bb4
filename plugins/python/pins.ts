import { readFileSync } from 'node:fs'
import { quote } from '../../core/parse/index.ts'
import type { Tree } from '../../core/contract.ts'

const finder = readFileSync(new URL('./pin.py', import.meta.url), 'utf8')

/** The Python that a project asks for, and where it does. A version before a range. */
function wanted(tree: Tree): { version: string; source: string } | undefined {
  const asked: readonly (readonly [string | undefined, string])[] = [
    [/^[ \t]*(?:cpython[-@])?(?<version>\d+(?:\.\d+){1,2})/m.exec(tree.read('.python-version') ?? '')?.groups?.version, '.python-version'],
    [/^python[ \t]+(?<version>\d+(?:\.\d+){1,2})/m.exec(tree.read('.tool-versions') ?? '')?.groups?.version, '.tool-versions'],
    [/^[ \t]*requires-python[ \t]*=[ \t]*["'](?<version>[^"'\n]+)["']/m.exec(tree.read('pyproject.toml') ?? '')?.groups?.version, 'requires-python'],
    [/^[ \t]*python_requires[ \t]*=[ \t]*(?<version>[^\s#][^#\n]*)/m.exec(tree.read('setup.cfg') ?? '')?.groups?.version?.trim(), 'python_requires'],
  ]
  const [version, source = ''] = asked.find(([version]) => version !== undefined) ?? []
  return version === undefined ? undefined : { version, source }
}

/**
 * Makes the Python that the project asks for the job's `python3` where the machine has it; else the log says which one runs.
 * Undefined where nothing is asked.
 */
export function pythonPin(tree: Tree): string | undefined {
  const pin = wanted(tree)
  return pin && `pinned=$(python3 - ${quote(pin.version)} ${quote(pin.source)} <<'END'
${finder}END
)
if [ -n "$pinned" ]; then mkdir -p "$HOME/python" && ln -sfn "$pinned" "$HOME/python/python3" && ln -sfn "$pinned" "$HOME/python/python"; fi`
}
