import type { LineParser } from '../../core/contract.ts'
import { exceptionOf, frameOf, placeOf, type Frame } from './frames.ts'

const title = /^(?<kind>FAIL|ERROR|UNEXPECTED SUCCESS): (?<name>\S+)(?: \((?<owner>[\w.<>-]+)\))?(?<sub>(?: [([].*)?)$/
const ran = /^Ran (?<total>\d+) tests? in [\d.]+s$/
const verdict = /^(?:OK|FAILED|NO TESTS RAN)(?: \((?<counts>[a-z ]+=\d+(?:, [a-z ]+=\d+)*)\))?$/
const mostLines = 400

interface Block { test: string; frames: Frame[]; lines: string[]; message: string | undefined }

/**
 * unittest's text, Django's test runner too: ruled blocks `FAIL: test (module.Class.test)` with a traceback, `Ran N tests`,
 * and a verdict. Only failures are named, so the counts come from the verdict.
 * Source: Lib/unittest/runner.py of Python 2.7 to 3.14.
 */
export const unittest: LineParser = {
  lines({ emit }) {
    let block: Block | undefined
    let ruled = false
    let total: number | undefined

    function close(): void {
      if (block) {
        const place = placeOf(block.frames)
        emit({
          tool: 'unittest', test: block.test, status: 'failed',
          file: place?.file, line: place?.line, message: block.message, trace: block.lines.join('\n') || undefined,
        })
      }
      block = undefined
    }

    return {
      line(text) {
        const c = text.charCodeAt(0)
        if (c === 61 && /^={70}$/.test(text)) {
          close()
          ruled = true
          return true
        }
        const groups = ruled ? title.exec(text)?.groups : undefined
        ruled = false
        if (groups) {
          close()
          block = { test: nameOf(groups.name ?? '', groups.owner, groups.sub ?? ''), frames: [], lines: [], message: undefined }
          return true
        }
        const count = c !== 82 ? undefined : ran.exec(text)?.groups?.total
        if (count !== undefined) {
          close()
          total = Number(count)
          return true
        }
        const said = total === undefined ? undefined : verdict.exec(text)?.groups ?? (verdict.test(text) ? {} : undefined)
        if (said && total !== undefined) {
          emit({ tool: 'unittest', totals: totalsOf(total, said.counts ?? '') })
          total = undefined
          return true
        }
        if (block) {
          add(block, text)
          return true
        }
      },
      end: close,
    }
  },
}

/** Since 3.11 the bracket holds the whole name; before, only the class. */
function nameOf(name: string, owner: string | undefined, sub: string): string {
  if (owner === undefined) return `${name}${sub}`
  return `${owner.endsWith(`.${name}`) || owner === name ? owner : `${owner}.${name}`}${sub}`
}

function add(block: Block, text: string): void {
  if (/^-{70}$/.test(text) && block.lines.length === 0) return
  if (block.lines.length < mostLines) block.lines.push(text)
  const frame = frameOf(text)
  if (frame) {
    block.frames.push(frame)
    return
  }
  if (text.startsWith('Traceback ')) block.frames = []
  else if (block.frames.length > 0 && exceptionOf(text)) block.message = text
}

function totalsOf(ran: number, text: string): { total: number; passed: number; failed: number; skipped: number } {
  const counts = new Map(text.split(', ').map(part => [part.split('=')[0] ?? '', Number(part.split('=')[1] ?? 0)]))
  const of = (...names: string[]) => names.reduce((sum, name) => sum + (counts.get(name) ?? 0), 0)
  const failed = of('failures', 'errors', 'unexpected successes')
  const skipped = of('skipped', 'expected failures')
  // Each failed subtest counts as a failure, and an error in setUpClass as well, though neither was counted as run.
  const total = Math.max(ran, failed + skipped)
  return { total, failed, skipped, passed: total - failed - skipped }
}
