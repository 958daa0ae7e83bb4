/**
 * Finds a repository's files by absolute paths of another machine: `/home/ci/work/site/src/a.c` is `src/a.c` where that is a file. Where
 * the checkout lay is learnt from such paths; a bare name in it counts once it is known, or where the directory is called like the repository.
 */
export function elsewhere(has: (path: string) => boolean, repository: string): (path: string) => string | undefined {
  const roots = new Set<string>()
  return path => {
    for (const root of roots) if (path.startsWith(root) && has(path.slice(root.length))) return path.slice(root.length)
    const parts = path.split('/')
    for (let at = 1; at < parts.length; at++) {
      const tail = parts.slice(at).join('/')
      // `/usr/include/stdio.h` is not the stdio.h at the root of a repository.
      if ((at === parts.length - 1 && parts[at - 1] !== repository) || !has(tail)) continue
      if (roots.size < maxRoots) roots.add(path.slice(0, path.length - tail.length))
      return tail
    }
    return undefined
  }
}

const maxRoots = 16
