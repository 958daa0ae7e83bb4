import { allProcesses, descendants, endAll, markOf } from './process-tree.ts'

/**
 * Ends every process of this machine whose mark `match` accepts, with all that descends from it: what the jobs of a farm
 * that was killed have left behind. Never this process or those it runs in. Returns how many there were.
 */
export function killStrays(match: (marker: string) => boolean): Promise<number> {
  return endAll(() => {
    const all = allProcesses()
    const spared = lineage(process.pid, new Map(all.map(one => [one.pid, one.parent])))
    const found = new Set<number>()
    for (const { pid } of all) {
      const mark = spared.has(pid) ? undefined : markOf(pid)
      if (mark === undefined || !match(mark)) continue
      found.add(pid)
      for (const one of descendants(pid, all)) if (!spared.has(one.pid)) found.add(one.pid)
    }
    return found
  })
}

function lineage(pid: number, parents: ReadonlyMap<number, number>): Set<number> {
  const line = new Set<number>()
  for (let one: number | undefined = pid; one !== undefined && one > 0 && !line.has(one); one = parents.get(one)) line.add(one)
  return line
}
