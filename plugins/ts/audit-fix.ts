import { entries, quote } from '../../core/parse/index.ts'
import type { FixRequest, Tree } from '../../core/contract.ts'
import { homeOf, managerOf } from './managers.ts'

type Packages = FixRequest['packages']

const kinds = ['dependencies', 'devDependencies', 'optionalDependencies'] as const

/** How the project itself asks for a package: its range; undefined for a dependency of a dependency. */
function asked(tree: Tree, name: string): string | undefined {
  const manifest = tree.json('package.json')
  return kinds.flatMap(kind => entries(manifest, kind)).find(([one]) => one === name)?.map(String)[1]
}

/** What the project would have written: `^1.2.6` where it was `^1.2.0`, exact where it was exact. */
interface Direct { name: string; sign: string; fixed: string }

function raised(tree: Tree, { name, fixed }: Packages[number]): Direct | undefined {
  const range = asked(tree, name)
  if (range === undefined || fixed === undefined) return undefined
  return { name, fixed, sign: /^(?<sign>[\^~]|>=)/.exec(range)?.groups?.sign ?? '' }
}

/**
 * Raises packages in manifest and lockfile by the project's own manager, without installing anything or running anybody's scripts.
 * A direct dependency gets its repaired version; a dependency of a dependency whatever newest version its ranges allow.
 */
export function raisePackages(tree: Tree, packages: Packages): string | undefined {
  if (packages.length === 0) return undefined
  const direct = packages.flatMap(one => raised(tree, one) ?? [])
  const others = packages.filter(one => raised(tree, one) === undefined).map(one => one.name)
  const above = '../'.repeat(homeOf(tree).up)
  const lines = byManager[managerOf(tree)]?.({ direct, others, above }) ?? []
  return lines.length > 0 ? lines.join('\n') : undefined
}

interface Raise {
  direct: readonly Direct[]
  others: readonly string[]
  /** The way to the workspace's root, where the lockfile is. */
  above: string
}

const words = (names: readonly string[]) => names.map(quote).join(' ')
const ranges = (direct: readonly Direct[]) => words(direct.map(({ name, sign, fixed }) => `${name}@${sign}${fixed}`))

/** npm writes the version it finds behind a sign of its own, one for all packages of a call. */
function byNpm(direct: readonly Direct[]): string[] {
  const signs = [...new Set(direct.map(one => one.sign))]
  return signs.map(sign => {
    const save = sign === '' ? '--save-exact' : `--save-prefix=${quote(sign)}`
    return `npm install --package-lock-only --ignore-scripts --no-audit --no-fund ${save} ${ranges(direct.filter(one => one.sign === sign))}`
  })
}

const byManager: Readonly<Record<string, (raise: Raise) => string[]>> = {
  npm: ({ direct, others }) => [
    ...byNpm(direct),
    ...(others.length > 0 ? [`npm update --package-lock-only --ignore-scripts --no-audit --no-fund ${words(others)}`] : []),
  ],
  pnpm: ({ direct, others }) => [
    ...(direct.length > 0 ? [`pnpm update --lockfile-only --ignore-scripts ${ranges(direct)}`] : []),
    ...(others.length > 0 ? [`pnpm update --lockfile-only --ignore-scripts --depth Infinity ${words(others)}`] : []),
  ],
  yarn: ({ direct, others }) => [
    ...(direct.length > 0 ? [`yarn up --mode=update-lockfile ${ranges(direct)}`] : []),
    ...(others.length > 0 ? [`yarn up --recursive --mode=update-lockfile ${words(others)}`] : []),
  ],
  // It has no word for this: an entry that is gone from the lockfile is looked up anew.
  'yarn 1': ({ direct, others, above }) => [
    ...(direct.length > 0 ? [`yarn upgrade ${quietly} ${ranges(direct)}`] : []),
    ...(others.length > 0
      ? [
          `(cd ./${above} && awk -v names=${quote(others.join(' '))} '${withoutEntries}' yarn.lock > "$TMPDIR/yarn.lock" && cp "$TMPDIR/yarn.lock" yarn.lock && yarn install ${quietly})`,
        ]
      : []),
  ],
  bun: ({ direct, others }) => [
    ...(direct.length > 0 ? [`bun add --lockfile-only --ignore-scripts ${ranges(direct)}`] : []),
    ...(others.length > 0 ? [`bun update --lockfile-only --ignore-scripts ${words(others)}`] : []),
  ],
}

/** It cannot but install: elsewhere, then. */
const quietly = '--ignore-scripts --non-interactive --modules-folder "$TMPDIR/node_modules"'

/** An entry begins at the margin with what is asked for: `"@scope/name@^1.0.0", name@~1.2:`. */
const withoutEntries = `BEGIN { count = split(names, list, " "); for (i = 1; i <= count; i++) gone[list[i]] = 1 }
/^[^ #]/ { head = $1; gsub(/["]/, "", head); match(head, /^@?[^@]+/); drop = substr(head, 1, RLENGTH) in gone }
!drop`
