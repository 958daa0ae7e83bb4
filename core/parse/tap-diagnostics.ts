import type { TestCase } from '../contract.ts'
import { position } from './level.ts'

export type Explained = Pick<TestCase, 'message' | 'file' | 'line' | 'trace' | 'seconds'>

const maxLines = 400

/** The failed test's own script, each line behind a tab, and the closing count: neither says what went wrong. */
const ofSharness = /^\t|^failed \d+ among \d+ test\(s\)$/

/** The lines of a YAML block under a test point, and the comments after it: what runs where, as node-tap, node:test, tape, ava, bats and Perl put it. */
export class Diagnostics {
  readonly #yaml: string[] = []
  readonly #comments: string[] = []
  #before: readonly string[] = []

  yaml(line: string): void { if (this.#yaml.length < maxLines) this.#yaml.push(line) }
  /** What is said after a block is about what follows: tape announces its next test so. False where it was not taken. */
  comment(line: string): boolean {
    if (this.#yaml.length > 0) return false
    if (this.#comments.length < maxLines) this.#comments.push(line)
    return true
  }

  /** What was said before the point, of which node:test tells no more than that the file's process ended. */
  before(lines: readonly string[]): void { this.#before = lines }

  /** Whether node:test says that a hook failed: the tests within were cancelled, and do not say why. */
  get ofHook(): boolean { return this.#yaml.some(line => /^failureType: '?hookFailed'?$/.test(line)) }

  explain(): Explained {
    const fields = fieldsOf(this.#yaml)
    if (fields.has('exitCode') && fields.get('failureType') === 'testCodeFailure') return ended(fields, this.#before)
    const said = this.#comments.filter(line => !ofSharness.test(line)).map(line => line.trim()).filter(line => line !== '')
    const message = fields.get('message') ?? fields.get('error') ?? fields.get('reason') ?? compared(fields) ?? said.find(line => !/^\(?(?:in|from|at)\s/.test(line))
    const trace = [fields.get('stack'), ...(fields.has('stack') ? [] : this.#yaml), ...this.#comments].filter(part => part !== undefined).join('\n').trim()
    const duration = Number(fields.get('duration_ms') ?? NaN)
    return {
      ...(message ? { message: message.trim() } : {}),
      ...(placeIn(fields) ?? placeSaid(said)),
      ...(trace ? { trace } : {}),
      ...(Number.isFinite(duration) ? { seconds: duration / 1000 } : {}),
    }
  }
}

/** node:test of a file that could not be loaded, threw outside its tests, or crashed: why stands in the comments before. */
function ended(fields: ReadonlyMap<string, string>, said: readonly string[]): Explained {
  const signal = fields.get('signal')
  const thrown = said.findLast(line => /^(?:[A-Z]\w*)?Error(?: \[\w+\])?: \S/.test(line))
  const message = thrown ?? [fields.get('error'), signal === undefined || signal === '~' ? undefined : `by ${signal}`].filter(Boolean).join(' ')
  const frame = thrown === undefined ? undefined : said.map(line => /(?:^|[\s(])(?<file>(?:file:\/\/)?(?:[A-Za-z]:)?[\\/][^\s:()]+):(?<line>\d+)(?::\d+)?\)?$/.exec(line)?.groups).find(one => one && !ofDependency.test(one.file ?? ''))
  return {
    ...(message ? { message } : {}),
    ...(frame?.file ? { file: frame.file, line: Number(frame.line) } : placeIn(fields)),
    ...(thrown === undefined ? {} : { trace: said.join('\n').trim() }),
  }
}

/** tape tells no more than what was compared. */
function compared(fields: ReadonlyMap<string, string>): string | undefined {
  const [operator, expected, actual] = [fields.get('operator'), fields.get('expected'), fields.get('actual')]
  return operator === undefined || expected === undefined || actual === undefined ? undefined : `${operator}: expected ${expected.trim()}, actual ${actual.trim()}`
}

const ofDependency = /(?:^|[\\/])node_modules[\\/]/

type Spot = Pick<TestCase, 'file' | 'line'>

function placeIn(fields: ReadonlyMap<string, string>): Spot | undefined {
  const file = fields.get('at.fileName') ?? fields.get('at.file') ?? fields.get('file')
  const line = position(fields.get('at.lineNumber') ?? fields.get('at.line') ?? fields.get('line'))
  if (file) return { file, ...(line ? { line } : {}) }
  const at = fields.get('location') ?? fields.get('at')
  const groups = at === undefined ? undefined : /(?:^|\()(?<file>[^()]+?):(?<line>\d+)(?::\d+)?\)?$/.exec(at.trim())?.groups
  // tape itself fails what was not ended or did not keep its plan.
  if (!groups?.file || ofDependency.test(groups.file)) return undefined
  // node:test names where the test begins; the stack, where in it.
  const stack = fields.get('stack') ?? ''
  const frame = stack.indexOf(`${groups.file}:`)
  return { file: groups.file, line: (frame < 0 ? undefined : position(/^\d+/.exec(stack.slice(frame + groups.file.length + 1, frame + groups.file.length + 20))?.[0])) ?? Number(groups.line) }
}

/** bats: `in test file x.bats, line 3`; Perl: `at t/x.t line 3.` */
function placeSaid(comments: readonly string[]): Spot | undefined {
  for (const shape of [/in test file (?<file>[^,]+), line (?<line>\d+)/, /\bin file (?<file>[^,]+), line (?<line>\d+)/, /(?:^|\s)at (?<file>\S+) line (?<line>\d+)\.?$/]) {
    for (const comment of comments) {
      const groups = shape.exec(comment.slice(0, 1000))?.groups
      if (groups?.file) return { file: groups.file, line: Number(groups.line) }
    }
  }
  return undefined
}

/** Scalars and block texts of a small YAML map, nested keys joined with a dot one level deep. Anything else is left out. */
function fieldsOf(lines: readonly string[]): Map<string, string> {
  const fields = new Map<string, string>()
  let parent = ''
  let block: { key: string; indent: number; lines: string[] } | undefined
  const flush = () => {
    if (block) fields.set(block.key, dedent(block.lines))
    block = undefined
  }
  for (const line of lines) {
    const indent = line.length - line.trimStart().length
    if (block && (line.trim() === '' || indent > block.indent)) {
      block.lines.push(line)
      continue
    }
    flush()
    const groups = /^(?<indent> *)(?<key>[A-Za-z_]\w*):(?: +(?<value>.*))?$/.exec(line.slice(0, 8192))?.groups
    if (!groups?.key) continue
    const value = (groups.value ?? '').trim()
    const key = indent > 0 && parent ? `${parent}.${groups.key}` : groups.key
    if (indent === 0) parent = value === '' ? groups.key : ''
    if (/^[|>][-+]?\d?$/.test(value)) block = { key, indent, lines: [] }
    else if (value !== '' && !fields.has(key)) fields.set(key, unquoted(value))
  }
  flush()
  return fields
}

function dedent(lines: readonly string[]): string {
  const indent = Math.min(...lines.filter(line => line.trim() !== '').map(line => line.length - line.trimStart().length))
  return lines.map(line => line.slice(Number.isFinite(indent) ? indent : 0)).join('\n').trimEnd()
}

function unquoted(value: string): string {
  if (value.length < 2) return value
  if (value.startsWith(`'`) && value.endsWith(`'`)) return value.slice(1, -1).replaceAll(`''`, `'`)
  if (!value.startsWith('"') || !value.endsWith('"')) return value
  try {
    return String(JSON.parse(value))
  } catch {
    return value.slice(1, -1)
  }
}
