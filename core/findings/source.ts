import type { Location } from '../contract.ts'
import { clean } from './sarif-text.ts'

/** A stretch of a file, as SARIF 2.1.0 §3.30 counts it: from 1, `endColumn` exclusive. */
export interface Region {
  startLine: number
  startColumn?: number
  endLine?: number
  endColumn?: number
  snippet?: { text: string }
}

/** A screen of code is enough for a reader; a minified bundle must not blow the document up. */
const LONGEST_LINE = 500
const MOST_LINES = 20
const AROUND = 2

/** A text's lines, whatever ends them; a final line end gives an empty last one. */
export function linesOf(text: string): string[] {
  return text.split(/\r\n|\n|\r/)
}

/** Some lines of a file; `start` is the number of the first. */
export interface Excerpt { start: number; lines: readonly string[] }

/**
 * The text of a region and of the lines around it, as far as the excerpt goes. Where it does not reach (or the file has become
 * shorter) both snippets are empty, since a viewer takes a missing snippet for a reason to look for the file itself.
 */
export function regions(place: Omit<Location, 'file'>, excerpt: Excerpt | undefined): { region: Region; contextRegion: Region } {
  let region = regionOf(place)
  const { startLine, endLine = startLine } = region
  const shown = excerpt && startLine >= excerpt.start && startLine < excerpt.start + excerpt.lines.length ? excerpt : undefined
  const around: Region = {
    startLine: Math.max(shown?.start ?? 1, startLine - AROUND),
    endLine: shown ? Math.max(endLine, Math.min(shown.start + shown.lines.length - 1, endLine + AROUND)) : endLine + AROUND,
  }
  // The surroundings must be larger than the region (§3.29.5); of a whole file, they are so by having no columns.
  const same = around.startLine === startLine && around.endLine === endLine
  if (shown && same && region.startColumn === undefined && region.endColumn === undefined) {
    region = { ...region, startColumn: 1, endColumn: (shown.lines[endLine - shown.start]?.length ?? 0) + 1 }
  }
  return {
    region: { ...region, snippet: { text: shown ? textOf(region, shown) : '' } },
    contextRegion: { ...around, snippet: { text: shown ? textOf(around, shown) : '' } },
  }
}

/** What a tool says of a place, made consistent: an end before its start is no end. No line at all means the file's first. */
export function regionOf(place: Omit<Location, 'file'>): Region {
  const startLine = place.line ?? 1
  const region: Region = { startLine }
  if (place.line === undefined) return region
  if (place.column !== undefined) region.startColumn = place.column
  const endLine = place.endLine ?? startLine
  if (endLine < startLine) return region
  if (endLine > startLine) region.endLine = endLine
  if (place.endColumn !== undefined && (endLine > startLine || place.endColumn >= (place.column ?? 1))) region.endColumn = place.endColumn
  return region
}

function textOf({ startLine, startColumn = 1, endLine = startLine, endColumn }: Region, { start, lines }: Excerpt): string {
  const texts = lines.slice(startLine - start, Math.min(endLine - start, startLine - start + MOST_LINES - 1) + 1)
  const complete = texts.length === endLine - startLine + 1
  // The end first: on a region of one line, cutting the beginning would move it.
  if (complete && endColumn !== undefined) texts.push(texts.pop()!.slice(0, endColumn - 1))
  texts[0] = texts[0]!.slice(startColumn - 1)
  return clean(texts.map(text => text.slice(0, LONGEST_LINE)).join('\n'))
}
