import type { LineParser } from '../../core/contract.ts'
import { firstOwnFrame } from './goroutines.ts'

const access = /^(?<what>(?:Previous )?(?:atomic )?(?:read|write)) at 0x[0-9a-f]+ by (?<who>(?:main )?goroutine(?: \d+)?):$/i
/** Below a test the race makes the test fail, which is told as that. */
const tested = /^\s*(?:=== RUN|--- (?:FAIL|PASS|SKIP): )|^(?:ok {2}|FAIL|\?)\t/
const mostLines = 200
const mostRaces = 1000

/** Go's race detector, in a program that runs by itself: two accesses, each with its stack, between lines of `=`. */
export const race: LineParser = {
  lines({ emit }) {
    const races: string[][] = []
    let block: string[] | undefined
    let inTest = false
    return {
      line(text) {
        if (text === 'WARNING: DATA RACE') {
          if (races.length < mostRaces) races.push(block = [])
          return true
        }
        if (block && text.startsWith('==================')) {
          block = undefined
          return true
        }
        inTest ||= tested.test(text)
        if (!block) return
        if (block.length < mostLines) block.push(text)
        return true
      },
      end() {
        if (!inTest) for (const one of races) {
          const at = one.flatMap((text, index) => access.test(text) ? [index] : [])
          const [first, second] = at.map((from, index) => firstOwnFrame(one.slice(from, at[index + 1])))
          const said = at.map(index => access.exec(one[index]!)!.groups!).map(({ what, who }) => `${what!.toLowerCase()} by ${who}`)
          emit({
            tool: 'go-race', kind: 'test', level: 'error', rule: 'data-race', message: `data race: ${said.join(', ') || 'between goroutines'}`, ...first,
            ...(second ? { related: [{ ...second, message: said[1] ?? 'the other access' }] } : {}), trace: one.join('\n'),
          })
        }
      },
    }
  },
}
