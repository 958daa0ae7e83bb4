import { frame, headline, place, type Place } from './frames.ts'
import { perPackage } from './monorepo.ts'
import type { LineParser, ParseContext } from '../../core/contract.ts'

const failure = /^ FAIL {1,2}(?<name>\S.*)$/
const unhandled = /^⎯+ (?<name>Unhandled (?:Rejection|Error)|Uncaught Exception) ⎯+$/
const start = /^ (?:RUN|DEV) {2}v\S+ (?<root>\/\S.*)$/
const rule = /^⎯{10,}/
const totals = /^ *Tests {2}(?<counts>\d.*)\((?<total>\d+)\)$/

interface Block {
  names: string[]
  lines: string[]
}

/** Vitest's text, any of its human reporters: ` FAIL  a.test.ts > suite > name` with the error below, and the closing `Tests  1 failed | 2 passed (3)`. */
export const vitest: LineParser = perPackage({
  lines(context) {
    let block: Block | undefined
    let root: string | undefined
    const close = () => {
      for (const name of block?.names ?? []) report(name, block?.lines ?? [], below(root, context))
      block = undefined
    }
    return {
      line(text) {
        const c = text.charCodeAt(0)
        if (!block && c !== 32 && c !== 84 && c < 128) return false
        const name = (failure.exec(text) ?? unhandled.exec(text))?.groups?.name
        if (name !== undefined) {
          // Tests that failed alike share one error.
          if (block?.lines.length === 0) block.names.push(name)
          else {
            close()
            block = { names: [name], lines: [] }
          }
          return true
        }
        const begun = block ? undefined : start.exec(text)?.groups?.root
        if (begun !== undefined) {
          root = begun
          return true
        }
        const groups = totals.exec(text)?.groups
        if (groups) {
          close()
          count(groups.counts ?? '', Number(groups.total), context)
          return true
        }
        if (rule.test(text)) close()
        if (block && block.lines.length < 400) block.lines.push(text)
        return block !== undefined
      },
      end: close,
    }
  },
})

function report(name: string, lines: readonly string[], context: ParseContext): void {
  const where = frame(lines) ?? ofTransform(lines)
  const trace = lines.join('\n').trim()
  const message = headline(lines) || 'failed'
  const spot = where ? { file: where.file, line: where.line } : {}
  const suite = / \[ (?<file>.+) \]$/.exec(name)?.groups?.file
  const [file, ...path] = name.replace(/^\|[^|]*\| /, '').split(' > ')
  if (suite !== undefined || path.length === 0) {
    context.emit({ tool: 'vitest', rule: suite ?? name, level: 'error', kind: 'test', message, file: suite, ...spot, trace })
  } else context.emit({ tool: 'vitest', test: path.join(' > '), status: 'failed', message, trace, file, ...spot })
}

/** Where a file cannot be transformed: Rolldown's box, esbuild's line. */
function ofTransform(lines: readonly string[]): Place | undefined {
  for (const line of lines) {
    const at = /^ *╭─\[ (?<at>\S+) \]$|^(?<file>\S+:\d+:\d+): ERROR: /.exec(line)?.groups
    const found = at && place(at.at ?? at.file ?? '')
    if (found) return found
  }
  return undefined
}

/** Vitest's paths are relative to the root that it names when it begins: in a workspace, to the package's. */
function below(root: string | undefined, context: ParseContext): ParseContext {
  if (root === undefined) return context
  return { ...context, emit: item => context.emit('file' in item && item.file !== undefined && !item.file.startsWith('/') ? { ...item, file: `${root}/${item.file}` } : item) }
}

function count(text: string, total: number, context: ParseContext): void {
  const of = (word: string) => Number(new RegExp(`(\\d+) ${word}\\b`).exec(text)?.[1] ?? 0)
  context.emit({ tool: 'vitest', totals: { total, passed: of('passed') + of('expected fail'), failed: of('failed'), skipped: of('skipped') + of('todo') } })
}
