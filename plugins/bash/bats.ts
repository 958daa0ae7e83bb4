import type { LineParser, TestCase } from '../../core/contract.ts'
import { tapParser } from '../../core/parse/index.ts'
import { explained, timed } from './bats-failure.ts'

const tap = tapParser({ tool: 'bats' })

/** bats as TAP, its form wherever there is no terminal: TAP as any other, and comments under a failed test that say where. */
export const bats: LineParser = {
  lines(context) {
    let failed: TestCase | undefined
    let notes: string[] = []
    let isBats: boolean | undefined
    const flush = () => {
      if (failed) context.emit(explained(failed, notes))
      failed = undefined
      notes = []
    }
    const reader = tap.lines({
      ...context,
      emit(said) {
        const item = isBats === false ? { ...said, tool: 'tap' } : said
        if (!('status' in item)) {
          context.emit(item)
          return
        }
        flush()
        const test = { ...item, ...timed(item.test) }
        if (test.status !== 'failed') context.emit(test)
        else {
          failed = test
          notes = test.trace?.split('\n') ?? []
        }
      },
    })
    return {
      line(text) {
        // bats begins with its plan; sharness and others that test shell scripts end with it.
        if (isBats === undefined && /^(?:1\.\.\d|(?:not )?ok\b)/.test(text)) isBats = text.startsWith('1..')
        const owned = reader.line(text)
        const note = failed && /^# ?(?<note>.*)$/.exec(text)?.groups?.['note']
        if (failed && note !== undefined && failed.trace === undefined) notes.push(note)
        return owned
      },
      end() {
        reader.end?.()
        flush()
      },
    }
  },
}
