import { frameOf, placeOf, type Frame } from './frames.ts'

const mostLines = 200

/** What a runner printed below the name of a failed test. */
export interface Failure {
  message: string | undefined
  trace: string | undefined
  file?: string
  line?: number
}

/** Splits it: frames tell the place, what stands above the first of them is the message. Without an own frame `fallback` is the place. */
export function failureOf(lines: readonly string[], fallback?: Frame): Failure {
  const kept = lines.slice(0, mostLines)
  const frames = kept.flatMap(line => frameOf(line) ?? [])
  const first = kept.findIndex(line => frameOf(line) !== undefined)
  const message = dedent(first < 0 ? kept : kept.slice(0, first))
  return { message: message || undefined, trace: dedent(kept) || undefined, ...(fallback && frames.length === 0 ? fallback : placeOf(frames) ?? {}) }
}

/** Without the indent that all lines share, and without blank lines at the ends. */
export function dedent(lines: readonly string[]): string {
  const indent = Math.min(...lines.filter(line => line.trim() !== '').map(line => line.length - line.trimStart().length))
  return lines.map(line => line.slice(Number.isFinite(indent) ? indent : 0).trimEnd()).join('\n').replace(/^\n+/, '').trimEnd()
}

/** RSpec's: what follows `Failure/Error: code`, or code on lines of its own up to a blank one. */
export function withoutCode(lines: readonly string[]): readonly string[] {
  const at = lines.findIndex(line => /^\s*Failure\/Error:/.test(line))
  if (at < 0) return lines
  const alone = /^\s*Failure\/Error:\s*$/.test(lines[at] ?? '')
  const blank = alone ? lines.findIndex((line, index) => index > at && line.trim() === '') : at
  return lines.slice(blank + 1)
}
