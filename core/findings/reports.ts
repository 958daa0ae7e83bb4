import type { Dir } from 'node:fs'
import { opendir } from 'node:fs/promises'
import { join, relative } from 'node:path'
import picomatch from 'picomatch'
import type { NamedParser } from '../plugins.ts'
import { listFiles, type Workspace } from '../run/workspace.ts'
import { isForeign } from '../tree.ts'

/** A report and who may read it; without `parsers` everybody. */
export interface ReportFile { path: string; absolute: string; parsers?: readonly NamedParser[] }

/** How many reports are read, and how many names are looked at for them. */
const [most, mostNames] = [5000, 200_000]

/** Every file in $CRAFTING_REPORTS, and those in the subproject that a parser names and the job has written. */
export async function reportsOf(place: Workspace, subproject: string, parsers: readonly NamedParser[]): Promise<ReportFile[]> {
  const given = (await filesBelow(place.reports)).map(absolute => ({ path: relative(place.reports, absolute), absolute }))
  return [...given, ...await named(place, subproject, parsers)]
}

async function named(place: Workspace, subproject: string, parsers: readonly NamedParser[]): Promise<ReportFile[]> {
  const directory = join(place.root, subproject)
  const wishes = parsers.flatMap(parser => (parser.parser.reports ?? []).map(glob => ({ parser, base: picomatch.scan(glob).base, matches: picomatch(glob, { dot: true }) })))
  const bases = outermost(wishes.map(wish => wish.base))
  const found = (await Promise.all(bases.map(base => filesBelow(join(directory, base), absolute => wishes.some(({ matches }) => matches(relative(directory, absolute))))))).flat().flatMap(absolute => {
    const path = relative(directory, absolute)
    const readers = [...new Set(wishes.filter(({ matches }) => matches(path)).map(({ parser }) => parser))]
    return readers.length ? [{ path: join(subproject, path), absolute, parsers: readers }] : []
  })
  if (found.length === 0) return []
  // A report that lies in the repository is an example of one.
  const committed = new Set(await listFiles(place))
  return found.filter(({ path }) => !committed.has(path))
}

/** Directories that none of the others holds. */
function outermost(directories: readonly string[]): string[] {
  const all = [...new Set(directories.map(one => one === '.' ? '' : one))]
  return all.filter(one => !all.some(other => other !== one && (other === '' || one.startsWith(`${other}/`))))
}

/** Plain files, symbolic links not followed, dependency folders left out. */
async function filesBelow(root: string, isWanted: (path: string) => boolean = () => true): Promise<string[]> {
  const found: string[] = []
  const waiting = [root]
  let looked = 0
  for (let directory = waiting.pop(); directory !== undefined; directory = waiting.pop()) {
    for await (const entry of await entriesOf(directory)) {
      if (++looked > mostNames || found.length >= most) return found.toSorted()
      const path = join(directory, entry.name)
      if (entry.isDirectory() && !isForeign(`${entry.name}/x`)) waiting.push(path)
      else if (entry.isFile() && isWanted(path)) found.push(path)
    }
  }
  return found.toSorted()
}

/** One after the other: a job may have made a million. None where there is no such directory, or it is closed. */
async function entriesOf(directory: string): Promise<Dir | []> {
  return opendir(directory, { bufferSize: 256 }).catch(() => [])
}
