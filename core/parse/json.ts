type Path = readonly (string | number)[]

/** The value at a path, by own properties only; undefined where there is none. */
export function get(value: unknown, ...path: Path): unknown {
  let here = value
  for (const key of path) {
    if (typeof here !== 'object' || here === null || !Object.hasOwn(here, key)) return undefined
    here = (here as Record<string | number, unknown>)[key]
  }
  return here
}

/** Text at a path. Numbers become text; an empty text is undefined. */
export function str(value: unknown, ...path: Path): string | undefined {
  const found = get(value, ...path)
  if (typeof found === 'number') return String(found)
  return typeof found === 'string' && found !== '' ? found : undefined
}

/** A finite number at a path, given as number or as decimal text. */
export function num(value: unknown, ...path: Path): number | undefined {
  const found = get(value, ...path)
  const number = typeof found === 'string' && /^\s*[-+]?\d/.test(found) ? Number(found) : found
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined
}

/** The array at a path; empty where there is none. */
export function list(value: unknown, ...path: Path): readonly unknown[] {
  const found = get(value, ...path)
  return Array.isArray(found) ? found : none
}

const none: readonly unknown[] = []

/** The own entries of the object at a path; empty where there is none. */
export function entries(value: unknown, ...path: Path): readonly [string, unknown][] {
  const found = get(value, ...path)
  return typeof found === 'object' && found !== null && !Array.isArray(found) ? Object.entries(found) : []
}
