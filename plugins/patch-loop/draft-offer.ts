import type { Replacement } from '../../core/contract.ts'
import type { Drafter } from './draft.ts'

/** The fixes that a tool offered with its findings (SARIF 2.1.0, §3.55): the first of each, as far as they do not overlap. */
export const draftByOffer: Drafter = async ({ findings, base }) => {
  const wanted = new Map<string, Replacement[]>()
  for (const { finding } of findings) {
    const changes = finding.fixes?.[0]?.changes ?? []
    const clash = changes.some(({ file, replacements }) => replacements.some(one => (wanted.get(file) ?? []).some(other => overlap(one, other))))
    if (!clash) for (const { file, replacements } of changes) wanted.set(file, [...wanted.get(file) ?? [], ...replacements])
  }
  const contents = new Map<string, Buffer>()
  for (const [file, replacements] of wanted) {
    const before = (await base.read(file))?.toString('utf8')
    if (before === undefined || before.includes('\ufffd')) return { refused: `${file} is no text of the commit` }
    const after = replaced(before, replacements)
    if (after === undefined) return { refused: `the offer does not fit ${file}` }
    if (after !== before) contents.set(file, Buffer.from(after))
  }
  if (contents.size === 0) return { refused: 'no fix was offered' }
  return { change: await base.write(contents), how: 'strict' }
}

const order = (a: { line: number; column: number }, b: { line: number; column: number }) => a.line - b.line || a.column - b.column
const start = (one: Replacement) => ({ line: one.line, column: one.column })
const end = (one: Replacement) => ({ line: one.endLine, column: one.endColumn })

function overlap(a: Replacement, b: Replacement): boolean {
  return (order(start(a), end(b)) < 0 && order(start(b), end(a)) < 0) || order(start(a), start(b)) === 0
}

/**
 * Undefined where a place is none of the text, or cannot be told: lines and columns count from 1, and tools differ in whether a character beyond
 * the first 65,536 is one column or two.
 */
export function replaced(text: string, replacements: readonly Replacement[]): string | undefined {
  const starts = [0, ...[...text.matchAll(/\n/g)].map(match => match.index + 1)]
  const at = (line: number, column: number) => {
    const from = starts[line - 1]
    const to = (starts[line] ?? text.length + 1) - 1
    if (from === undefined || column < 1 || from + column - 1 > Math.max(to, from)) return undefined
    return /[\ud800-\udfff]/.test(text.slice(from, from + column - 1)) ? undefined : from + column - 1
  }
  let result = text
  for (const one of replacements.toSorted((a, b) => order(start(b), start(a)))) {
    const from = at(one.line, one.column)
    // The beginning of the line after the last is the end.
    const to = one.endLine === starts.length + 1 && one.endColumn === 1 ? text.length : at(one.endLine, one.endColumn)
    if (from === undefined || to === undefined || to < from) return undefined
    result = result.slice(0, from) + one.text + result.slice(to)
  }
  return result
}
