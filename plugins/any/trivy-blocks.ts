import type { Finding, LineParser } from '../../core/contract.ts'
import { levelOf, position } from '../../core/parse/index.ts'

const title = /^(?<target>\S.{0,500}?) \((?<type>[a-z][\w. -]{1,40})\)$/
const single = /^[─-]{10,}$/
/** `HIGH: message`, `FAIL: HIGH: message`, since 0.53 `AVD-DS-0002 (HIGH): message`. */
const heading = /^(?:(?<status>PASS|FAIL|EXCEPTION): )?(?:(?<id>[A-Z][\w-]{2,30}) \((?<named>[A-Z]{3,8})\)|(?<level>CRITICAL|HIGH|MEDIUM|LOW|UNKNOWN)): (?<message>\S.*)$/
const place = /^ (?<file>\S.{0,500}?):(?<line>\d{1,9})(?:-(?<endLine>\d{1,9}))?(?: \(.*\))?$/
const link = /^See (?<url>https?:\/\/\S+)$/
const category = /^.{1,80} \((?<rule>[a-z][\w-]{1,60})\)$/

/**
 * Trivy's misconfigurations and secrets: under the name of the target a block for each, with its severity and message, a double line, the
 * description, and between single lines the place, where there is one, and the code.
 */
export const trivyBlocks: LineParser = {
  lines({ emit }) {
    let last = ''
    let target: { file: string; secrets: boolean } | undefined
    let open: Finding | undefined
    let rules = 0
    let passed = false
    const flush = () => {
      if (open && !passed) emit(open)
      open = undefined
    }
    return {
      line(text) {
        const line = text.trimEnd()
        if (/^(?:Failures|Total): \d+ \(/.test(line)) {
          flush()
          const { target: file = '', type } = title.exec(last)?.groups ?? {}
          target = type === undefined || (line.startsWith('Total') && type !== 'secrets') ? undefined : { file, secrets: type === 'secrets' }
          return target !== undefined
        }
        if (line !== '' && !/^=+$/.test(line) && !line.startsWith('Tests: ')) last = line
        if (!target) return
        const begins = heading.exec(line)?.groups
        if (begins && (!open || rules >= 1)) {
          flush()
          const level = levelOf(begins.named ?? begins.level)
          const rule = begins.id ?? (target.secrets ? category.exec(begins.message!)?.groups?.rule : undefined)
          open = { tool: 'trivy', kind: 'audit', level, message: begins.message!, file: target.file, ...(rule ? { rule } : {}) }
          passed = begins.status !== undefined && begins.status !== 'FAIL'
          rules = 0
          return true
        }
        if (!open) return
        if (single.test(line)) rules++
        else if (rules === 0) {
          const url = link.exec(line)?.groups?.url
          if (url !== undefined) {
            open.help = { url }
            // Before 0.53 the link is all that names the check.
            const id = /\/misconfig\/(?:[a-z]+\/)*(?<id>[a-z]{2,12}-?\d{3,5})$/i.exec(url)?.groups?.id
            if (id !== undefined) open.rule ??= id.toUpperCase()
          } else if (target.secrets && line !== '' && !line.startsWith('═')) open.message = line
        } else if (rules === 1 && open.line === undefined) {
          const at = place.exec(line)?.groups
          const [from, to] = [position(at?.line), position(at?.endLine)]
          if (from) Object.assign(open, { line: from, ...(to ? { endLine: to } : {}) })
        }
        return true
      },
      end: flush,
    }
  },
}
