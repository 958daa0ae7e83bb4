import type { LineParser } from '../../core/contract.ts'
import { mark, marks } from '../../core/parse/index.ts'
import { caretOf, closed, maxLines, spot, type Open } from './grammar/source.ts'
import { unwrap } from './grammar/wrapping.ts'

const head = /^\s{0,20}(?:(?:build|settings|init|initialization|script) file ')?(?<file>(?:[A-Za-z]:(?=[\\/]))?[^\s:'"][^:'"]{0,1000}\.(?:groovy|gradle|gvy|gy|gsh)|Jenkinsfile|WorkflowScript)'?: (?<line>\d{1,9}): (?<message>\S.*)$/
const exactly = /^(?<message>.*?) ?@ line (?<line>\d{1,9}), column (?<column>\d{1,9})\.\s*$/
const tail = / ?@ line \d{1,9}, column \d{1,9}\.\s*$/

/** groovyc, also for Gradle's and Jenkins' own scripts: `A.groovy: 3: message @ line 3, column 1.`, the place possibly lines below. */
export const groovyc: LineParser = {
  lines({ emit }) {
    let open: (Open & { placed: boolean }) | undefined
    const flush = () => {
      if (open) emit(closed(open))
      open = undefined
    }
    return {
      line(line) {
        const { text } = unwrap(line)
        const groups = (marks(text) & mark.colonBlank) !== 0 && /(?:\.g\w{1,5}|Jenkinsfile|WorkflowScript)'?: \d/.test(text) ? head.exec(text)?.groups : undefined
        if (groups) {
          flush()
          const at = tail.test(groups.message!) ? exactly.exec(groups.message!)?.groups : undefined
          const message = (at?.message ?? groups.message!).trim()
          open = { finding: { tool: 'groovyc', kind: 'build', level: 'error', message, ...spot({ ...groups, line: at?.line ?? groups.line, column: at?.column }) }, lines: [], seenCaret: false, placed: at !== undefined }
          return true
        }
        if (!open) return false
        const late = !open.placed && tail.test(text) ? exactly.exec(text)?.groups : undefined
        if (late) {
          const { message, ...place } = late
          if (message) open.finding.message += ` ${message.trim()}`
          Object.assign(open.finding, spot({ ...place, file: open.finding.file }))
          open.placed = true
          return true
        }
        if (open.seenCaret || open.lines.length >= maxLines || text.trim() === '') return flush(), false
        if (caretOf(text) !== undefined) open.seenCaret = true
        open.lines.push(text)
        return true
      },
      end: flush,
    }
  },
}
