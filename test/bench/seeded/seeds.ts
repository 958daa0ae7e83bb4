/** What becomes of an offer that should not be taken: the part of the loop that stops it. */
export const refusals = ['nothing offered', 'protected', 'too large', 'suppression', 'tests', 'new finding', 'still there', 'not reproduced', 'flaky', 'other'] as const
export type Refusal = (typeof refusals)[number]

/** A defect: a change of one file that makes `tool` report `rule` there. Those of one tool, rule and lot are repaired together. */
export interface Seed {
  tool: string
  /** Default: the file. */
  lot?: string
  /** As the tool's findings name it; undefined where they name none. */
  rule?: string
  /** Relative to the tree. */
  file: string
  /** undefined where the file has no place for it. */
  edit(text: string): string | undefined
  /** A file that comes with it. */
  beside?: { file: string; text: string }
  /** Why its repair must not be taken; undefined: it is right. */
  refused?: Refusal
}

/** Real sources, laid out as a project of the farm. */
export interface Tree {
  name: string
  /** Programs that must be on the machine. */
  needs: readonly string[]
  /** Fetches the sources, writes what the project needs beside them, and answers what is held back. */
  lay(directory: string): Promise<Hidden>
  /** Planted in order; may depend on what was laid. */
  seeds(directory: string): readonly Seed[]
  /** Beside `git_url`, of the project. */
  definition?: Readonly<Record<string, unknown>>
}

/** Tests that the loop never sees. */
export interface Hidden {
  /** Path → content, laid over the tree when they run. */
  files: ReadonlyMap<string, Buffer>
  /** Shell text; fails where a test fails. */
  run: string
}

/** The nth match of a pattern (counted from 0), changed: `$&` and `$1` mean what they always do. Undefined where there are fewer. */
export function nth(pattern: RegExp, replacement: string, n = 0): (text: string) => string | undefined {
  return text => {
    const match = [...text.matchAll(new RegExp(pattern.source, `${pattern.flags.replace('g', '')}g`))][n]
    if (!match) return undefined
    const put = replacement.replaceAll(/\$(&|\d)/g, (_, which: string) => match[which === '&' ? 0 : Number(which)] ?? '')
    return text.slice(0, match.index) + put + text.slice(match.index + match[0].length)
  }
}

export interface Spread { tool: string; rule: string; pattern: RegExp; replacement: string; files: readonly string[]; each?: number; refused?: Refusal; together?: number }

/**
 * The same defect in several files, up to `each` times in one. What was changed must not match any more, or the first place takes them all.
 * Files that have no place for it are passed over; as many as `together` says, of the list, are repaired in one patch: the loop takes up to five.
 */
export function spread({ tool, rule, pattern, replacement, files, each = 2, refused, together = 4 }: Spread): Seed[] {
  return files.flatMap((file, at) => Array.from({ length: each }, () => ({ tool, rule, file, lot: `${Math.floor(at / together)}`, edit: nth(pattern, replacement), ...(refused ? { refused } : {}) })))
}

/** A whole new text at the end, or of a new file. */
export const append = (more: string) => (text: string): string => text + more
