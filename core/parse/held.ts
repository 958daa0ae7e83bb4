import type { Finding, Location, ParseContext } from '../contract.ts'

/** A finding that waits for the lines below it, and the places that belong to it. */
export interface Held {
  readonly now: Finding | undefined
  /** Emits the one that has waited. */
  hold(finding: Finding): void
  /** Changes the one that waits. */
  add(more: Partial<Finding>): void
  /** False where nothing waits. */
  relate(place: Location): boolean
  flush(): void
}

const mostRelated = 100

/** For tools that say a finding on one line and more of it on the next. Where `complete` says no, what has waited is dropped. */
export function held({ emit }: ParseContext, complete: (finding: Finding) => boolean = () => true): Held {
  let now: Finding | undefined
  let related: Location[] = []
  const flush = () => {
    if (now && complete(now)) emit(related.length ? { ...now, related } : now)
    now = undefined
    related = []
  }
  return {
    get now() { return now && related.length ? { ...now, related } : now },
    hold(finding) {
      flush()
      now = finding
    },
    add(more) { if (now) now = { ...now, ...more } },
    relate(place) {
      if (now && related.length < mostRelated) related.push(place)
      return now !== undefined
    },
    flush,
  }
}
