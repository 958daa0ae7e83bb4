/** A place in a stack. */
export interface Frame { file: string; line: number }

const source = '(?:[A-Za-z]:)?[^:\\s(][^:(]*\\.(?:php\\d?|phtml|phpt|inc|feature|module|install|theme)'
/** PHPUnit's bare `file:3`, Codeception's `#2  file:3`, Pest's and Collision's `at file:3` and `1   file:3`, PHP's own `#0 file(3): f()`. */
const shapes: readonly RegExp[] = [
  new RegExp(`^ *(?:#\\d+ +|at |\\d+ {2,})?(?<file>${source}):(?<line>\\d{1,9})$`),
  new RegExp(`^ *#\\d+ (?<file>${source})\\((?<line>\\d{1,9})\\): `),
  new RegExp(`^ *\\d+\\. .* at (?<file>${source}):(?<line>\\d{1,9})$`),
]
const foreign = /(?:^|[\\/])vendor[\\/]|^phar:|[\\/]usr[\\/]share[\\/]php|^\[internal/

export function frameOf(text: string): Frame | undefined {
  if (text.length > 2000 || !/\d\)?:? ?$|\): /.test(text)) return undefined
  for (const shape of shapes) {
    const groups = shape.exec(text)?.groups
    if (groups?.file) return { file: groups.file, line: Number(groups.line) }
  }
  return undefined
}

/** The innermost frame of the project's own, of frames in the order innermost first; failing that, the innermost. */
export function placeOf(frames: readonly Frame[]): Frame | undefined {
  return frames.find(one => !foreign.test(one.file)) ?? frames[0]
}

const mostLines = 200

/** What a runner printed below the name of a failed test: what stands above the first frame is the message. */
export function failureOf(lines: readonly string[]): { message: string | undefined; trace: string | undefined; file?: string; line?: number } {
  const kept = lines.slice(0, mostLines)
  const first = kept.findIndex(line => frameOf(line) !== undefined)
  const message = dedent(first < 0 ? kept : kept.slice(0, first))
  return { message: message || undefined, trace: dedent(kept) || undefined, ...placeOf(kept.flatMap(line => frameOf(line) ?? [])) }
}

/** Without the indent that all lines share, and without blank lines at the ends. */
export function dedent(lines: readonly string[]): string {
  const indent = Math.min(...lines.filter(line => line.trim() !== '').map(line => line.length - line.trimStart().length))
  return lines.map(line => line.slice(Number.isFinite(indent) ? indent : 0).trimEnd()).join('\n').replace(/^\n+/, '').trimEnd()
}
