import type { ParseContext, TestCase, TestTotals } from '../../../core/contract.ts'
import { remembering } from '../../../core/parse/index.ts'
import { unwrapped } from './sources.ts'

/** Lines by which a runner of whole programs says that what follows is the output of one of its tests. */
const outer = /^(?:Test project \S|\s{2,8}Start\s{1,6}\d{1,6}: \S|\s{0,6}\d{1,6}\/\d{1,6} Test\s{1,6}#\d{1,6}: |={10,} \d{1,6}\/\d{1,6} ={10,}$)/

const beginsOuter = remembering(line => {
  const c = line.charCodeAt(0)
  return (c <= 32 || c === 84 || c === 61 || c >= 48 && c <= 57) && outer.test(line)
})

/** Where the reader of a test framework sends what it finds. */
export interface Inner {
  /** Looks at every line first; returns it without what the runner put in front. */
  read(line: string): string
  emit(item: TestCase | TestTotals): void
}

/**
 * A test program that runs under ctest or meson is one test there, and the runner counts it. So within such a log the
 * program's own failures are findings (they have the place and the reason), and its passes and totals are left out.
 */
export function innerTests({ emit }: ParseContext): Inner {
  let inside = false
  return {
    read(line) {
      inside ||= beginsOuter(line)
      return unwrapped(line)
    },
    emit(item) {
      if (!inside) return emit(item)
      if ('totals' in item || item.status !== 'failed') return
      const { tool, test, file, line, message, trace } = item
      emit({ tool, kind: 'test', level: 'error', rule: test, message: message ?? 'failed', ...file && { file, ...line && { line } }, ...trace && { trace } })
    },
  }
}
