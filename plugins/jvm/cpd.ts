import type { LineParser, Location } from '../../core/contract.ts'
import { unwrap } from './grammar/wrapping.ts'

const head = /^CPD Failure: Found (?<lines>\d{1,9}) lines of duplicated code at locations:$/
const place = /^\s{1,8}(?<file>\S.{0,1000}) line (?<line>\d{1,9})$/

/** What the Maven plugin prints of CPD: `CPD Failure: Found 9 lines of duplicated code at locations:`. As in `duplicates-xml`, every place is a finding. */
export const cpd: LineParser = {
  lines({ emit }) {
    let lines = 0
    let places: (Location & { line: number })[] = []
    const flush = () => {
      for (const one of places) {
        const others = places.filter(other => other !== one)
        emit({
          tool: 'cpd', kind: 'lint', level: 'warning', rule: 'duplicated-code', file: one.file, line: one.line, ...lines && { endLine: one.line + lines - 1 },
          message: `${lines} lines that also stand at ${others.map(other => `${other.file}:${other.line}`).join(', ') || 'another place'}`,
          ...others.length && { related: others.map(other => ({ ...other, message: 'the same lines' })) },
        })
      }
      places = []
      lines = 0
    }
    return {
      line(line) {
        const { text } = unwrap(line)
        const groups = text.startsWith('CPD Failure: ') ? head.exec(text)?.groups : undefined
        if (groups) {
          flush()
          lines = Number(groups.lines)
          return true
        }
        if (lines === 0) return false
        const at = place.exec(text)?.groups
        if (!at) return flush(), false
        if (places.length < 100) places.push({ file: at.file!, line: Number(at.line) })
        return true
      },
      end: flush,
    }
  },
}
