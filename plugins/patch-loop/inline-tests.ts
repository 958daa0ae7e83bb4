/** Tests that stand in sources: Rust's modules and functions, examples in comments, tests of frameworks that look into every file. */

/** How a test begins; it ends where a line is no deeper than this one and closes it. */
const braced: readonly [files: RegExp, begin: RegExp][] = [
  [/\.rs$/, /^\s*(?:#\[\s*(?:cfg\s*\((?![^\]]*\bnot\s*\(\s*test)[^\]]*\btest\b|(?:\w+::)*(?:test|rstest|bench|quickcheck|test_case|wasm_bindgen_test)\b)|(?:proptest|quickcheck)!)/],
  [/\.[cm]?[jt]sx?$/, /^\s*if\s*\(\s*import\.meta\.vitest\b/],
  [/\.(?:c|cc|cpp|cxx|h|hh|hpp|m|mm)$/, /^\s*(?:TEST|TEST_F|TEST_P|TYPED_TEST|TEST_CASE|TEST_SUITE|SCENARIO|BOOST_\w*TEST\w*|START_TEST)\s*\(/],
]
const python = /\.pyi?$/
const depth = (line: string) => /^\s*/.exec(line)?.[0].length ?? 0

/** Numbers, from 1, of the lines that belong to tests. */
export function testLines(path: string, text: string): ReadonlySet<number> {
  const lines = text.split(/\r?\n/)
  const found = new Set<number>()
  const mark = (from: number, to: number) => { for (let at = from; at <= to; at++) found.add(at + 1) }
  for (const [files, begin] of braced) if (files.test(path)) lines.forEach((line, at) => { if (begin.test(line)) mark(at, endOfBraces(lines, at)) })
  if (path.endsWith('.rs')) markFences(lines, mark)
  if (python.test(path)) {
    lines.forEach((line, at) => {
      if (/^\s*(?:async\s+)?(?:def test|class Test)/.test(line)) mark(at, endOfIndent(lines, at))
      if (/^\s*>>>/.test(line)) mark(at, endOfExample(lines, at))
    })
  }
  return found
}

/** Where what begins there is closed by a brace of the same depth, or ends without one; else the file's end. */
function endOfBraces(lines: readonly string[], start: number): number {
  const deep = depth(lines[start] ?? '')
  let isOpen = false
  for (let at = start; at < lines.length; at++) {
    const line = lines[at] ?? ''
    if (isOpen && depth(line) <= deep && /^\s*\}/.test(line)) return at
    if (!isOpen && (/;\s*$/.test(line) || /\{.*\}\s*$/.test(line))) return at
    isOpen ||= line.includes('{')
  }
  return lines.length - 1
}

function endOfIndent(lines: readonly string[], start: number): number {
  const deep = depth(lines[start] ?? '')
  const end = lines.findIndex((line, at) => at > start && line.trim() !== '' && depth(line) <= deep && !/^\s*[)\]#]/.test(line))
  return end < 0 ? lines.length - 1 : end - 1
}

/** With what it shall print. */
function endOfExample(lines: readonly string[], start: number): number {
  const end = lines.findIndex((line, at) => at > start && (line.trim() === '' || /"""|'''/.test(line)))
  return end < 0 ? lines.length - 1 : end - 1
}

/** Rust runs the code in its comments. */
function markFences(lines: readonly string[], mark: (from: number, to: number) => void): void {
  let begin: number | undefined
  lines.forEach((line, at) => {
    if (!/^\s*\/\/[/!]/.test(line)) begin = undefined
    else if (/^\s*\/\/[/!]\s*(?:`{3}|~{3})/.test(line)) {
      if (begin !== undefined) mark(begin, at)
      begin = begin === undefined ? at : undefined
    }
  })
}
