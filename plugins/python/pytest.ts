import type { ParseContext, LineParser } from '../../core/contract.ts'
import { exceptionOf, frameOf, isOwn, placeOf, unreadable, type Frame } from './frames.ts'

const word = '(?:failed|passed|skipped|deselected|xfailed|xpassed|(?:pytest-)?warnings?|errors?|rerun|subtests passed|subtests failed|subtests skipped)'
/** The last line of a session: `== 1 failed, 2 passed in 0.12s ==`; with `-q` without the rules; before 5.0 with `seconds`. */
export const closing = new RegExp(`^(?:=+ )?(?:(?<counts>\\d+ ${word}(?:, \\d+ ${word})*)|no tests ran) in \\d+\\.\\d+ ?s(?:econds)?(?: \\([\\d:, a-z]+\\))?(?: =+)?$`)

const section = /^={3,} (?<name>[^=].*?) ={3,}$/
const title = /^_+ (?<title>[^_\s].*?) _+$|^_+ (?<dunder>_.*?[^_\s]) _+$/
const summary = /^(?:FAILED|FAIL|ERROR|SUBFAIL(?:ED)?(?<sub>\(.*?\)|\[.*?\](?: \(.*?\))?)?|UNEXPECTEDLY PASSED) (?<rest>\S.*)$/
const place = /^(?<file>(?:[A-Za-z]:)?[^:\s][^:]*):(?<line>\d+): ?(?:in .+|(?<said>[A-Za-z_].*))?$/
const conftest = /^ImportError while loading conftest '(?<file>[^']+)'\.$/
const usage = /^(?:ERROR: (?=(?:file or directory not found|not found|found no collectors for): )|(?:python[\d.]* -m )?(?:py\.?test|pytest\.py|__main__\.py): error: )(?<message>.*)$/
const mostLines = 400
const most = 20_000

interface Block { key: string; frames: Frame[]; lines: string[]; message: string | undefined; placed: boolean; captured: boolean }
interface Named { test: string; key: string; file: string | undefined; message: string | undefined }

/**
 * pytest's text in every `--tb` style, plain, quiet, verbose and through xdist. The blocks under FAILURES and ERRORS tell where
 * and why, the short summary tells the names that pytest accepts; older versions print no summary unless asked.
 * Source: pytest's documentation, "Managing pytest's output", and its `terminal.py`.
 */
export const pytest: LineParser = {
  lines(context) {
    let blocks: Block[] = []
    let named: Named[] = []
    let where: 'outside' | 'blocks' | 'summary' = 'outside'
    let loading: Block | undefined

    function finish(): void {
      report(context, blocks, named)
      if (loading) broken(context, loading)
      blocks = []
      named = []
      loading = undefined
      where = 'outside'
    }

    return {
      line(text) {
        if (where === 'outside' && !loading && !mayMatter(text)) return false
        const end = closing.exec(text)
        if (end) {
          finish()
          context.emit({ tool: 'pytest', totals: totalsOf(end.groups?.counts ?? '') })
          return true
        }
        const name = section.exec(text)?.groups?.name
        if (name !== undefined) {
          where = /^(?:FAILURES|ERRORS)$/.test(name) ? 'blocks' : name === 'short test summary info' ? 'summary' : 'outside'
          return true
        }
        if (where === 'blocks') {
          readBlock(blocks, text)
          return true
        }
        if (where === 'summary') {
          const one = nameIn(text)
          if (one && named.length < most) named.push(one)
          return true
        }
        const file = conftest.exec(text)?.groups?.file
        if (file !== undefined) loading = { ...emptyBlock(file), lines: [text] }
        else if (loading) readLine(loading, text)
        const wrong = usage.exec(text)?.groups?.message
        if (wrong !== undefined) context.emit({ tool: 'pytest', kind: 'test', rule: 'usage', level: 'error', message: wrong })
        return file !== undefined || loading !== undefined || wrong !== undefined
      },
      end: finish,
    }
  },
}

/** Outside its sections: a rule, counts, `no tests ran`, `ImportError …`, `ERROR: …`, `pytest: error: …`, `__main__.py: error: …`. */
function mayMatter(text: string): boolean {
  const c = text.charCodeAt(0)
  return c === 61 || c >= 48 && c <= 57 || c === 110 || c === 73 || c === 69 || c === 112 || c === 95
}

function emptyBlock(key: string): Block {
  return { key, frames: [], lines: [], message: undefined, placed: false, captured: false }
}

function readBlock(blocks: Block[], text: string): void {
  const groups = /^(?:_ )+_?$/.test(text) ? undefined : title.exec(text)?.groups
  const name = groups?.title ?? groups?.dunder
  if (name !== undefined && blocks.length < most) {
    blocks.push(emptyBlock(name.replace(/^ERROR (?:collecting|at (?:setup|teardown) of) /, '')))
    return
  }
  const block = blocks.at(-1)
  const loose = place.exec(text)?.groups
  // With --tb=line nothing but the place of each failure stands here, under no title.
  if ((!block || block.key === '') && loose?.said && blocks.length < most) {
    blocks.push({ ...emptyBlock(''), frames: [{ file: loose.file ?? '', line: Number(loose.line) }], message: loose.said })
  } else if (block && block.key !== '') readLine(block, text)
}

function readLine(block: Block, text: string): void {
  if (block.lines.length < mostLines) block.lines.push(text)
  if (/^-{3,} Captured .* -{3,}$/.test(text)) block.captured = true
  if (block.captured) return
  const said = /^E {3,}(?<message>\S.*)$/.exec(text)?.groups?.message
  if (said !== undefined) {
    const broken = frameOf(said)
    if (broken) block.frames.push(broken)
    // The first line, unless it is a place: then a file could not be read.
    if (!block.placed || unreadable.test(said)) {
      block.placed = broken !== undefined && block.message === undefined
      if (!block.placed) block.message ??= said
    }
    return
  }
  const groups = place.exec(text)?.groups
  const frame = groups?.file === undefined ? frameOf(text) : { file: groups.file, line: Number(groups.line) }
  if (frame) block.frames.push(frame)
  else if (exceptionOf(text) && block.lines.some(line => line.startsWith('Traceback '))) block.message = text
}

/** `FAILED tests/test_a.py::Class::test[1 - 2] - message`: the name ends at the first ` - ` outside brackets. */
function nameIn(text: string): Named | undefined {
  const groups = summary.exec(text)?.groups
  const rest = groups?.rest ?? ''
  if (!groups || /^\[\d+\]/.test(rest)) return undefined
  let cut = rest.indexOf(' - ')
  for (let tries = 0; cut > 0 && tries < 20 && open(rest.slice(0, cut)); tries++) cut = rest.indexOf(' - ', cut + 3)
  // A parameter may hold a bracket of its own, such as that of an escape sequence.
  if (cut < 0 || open(rest.slice(0, cut))) cut = rest.indexOf('] - ') + 1
  const id = cut > 0 ? rest.slice(0, cut) : rest
  const [file, ...names] = id.split('::')
  const sub = groups.sub ? ` ${groups.sub}` : ''
  return {
    // The report names a subtest's test only, and both must speak of the same.
    test: id, file, message: cut > 0 ? rest.slice(cut + 3) : undefined,
    key: (names.length > 0 ? names.join('.') : id) + sub,
  }
}

function open(text: string): boolean {
  return text.split('[').length > text.split(']').length
}

function report(context: ParseContext, blocks: readonly Block[], named: readonly Named[]): void {
  const byKey = new Map<string, Block[]>()
  for (const block of blocks) byKey.set(block.key, [...(byKey.get(block.key) ?? []), block])

  for (const one of named) {
    const block = take(byKey.get(one.key), candidate => candidate.frames.some(frame => sameFile(frame.file, one.file)))
      ?? take(byKey.get(one.key), () => true)
      ?? take(byKey.get(''), candidate => candidate.message === one.message)
    emitCase(context, one.test, block, one)
  }
  for (const block of blocks) {
    if (block.key === '' || !byKey.get(block.key)?.includes(block)) continue
    const first = block.frames[0]?.file
    const isFile = block.key.endsWith('.py')
    emitCase(context, isFile || !first ? block.key : [first, ...block.key.split('.')].join('::'), block)
  }
}

/** Takes the first fitting one out, so that every block is given away once. */
function take(blocks: Block[] | undefined, fits: (block: Block) => boolean): Block | undefined {
  const at = blocks?.findIndex(fits) ?? -1
  return at < 0 ? undefined : blocks?.splice(at, 1)[0]
}

function sameFile(path: string, file: string | undefined): boolean {
  return file !== undefined && (path === file || path.endsWith(`/${file}`))
}

function emitCase(context: ParseContext, test: string, block: Block | undefined, named?: Named): void {
  const innermost = block && placeOf(block.frames)
  const at = innermost && (isOwn(innermost) || !named?.file) ? innermost : undefined
  context.emit({
    tool: 'pytest', test, status: 'failed',
    file: at?.file ?? named?.file, line: at?.line,
    message: block?.message ?? named?.message, trace: block?.lines.join('\n').trim() || undefined,
  })
}

/** Without its conftest.py pytest does not even begin, so there is no closing line. */
function broken(context: ParseContext, block: Block): void {
  const at = placeOf(block.frames)
  context.emit({
    tool: 'pytest', kind: 'test', rule: 'conftest', level: 'error', message: block.message ?? 'ImportError while loading conftest',
    file: at?.file ?? block.key, line: at?.line, trace: block.lines.join('\n').trim(),
  })
}

/** Expected failures count as skipped, unexpected passes as passed; deselected tests and subtests are not counted. */
function totalsOf(counts: string): { total: number; passed: number; failed: number; skipped: number } {
  const of = (name: RegExp) => counts.split(', ').reduce((sum, part) => sum + (name.test(part) ? parseInt(part, 10) : 0), 0)
  const failed = of(/^\d+ (?:failed|errors?)$/)
  const passed = of(/^\d+ (?:passed|xpassed)$/)
  const skipped = of(/^\d+ (?:skipped|xfailed)$/)
  return { total: failed + passed + skipped, passed, failed, skipped }
}
