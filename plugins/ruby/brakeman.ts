import type { LineParser } from '../../core/contract.ts'
import { position } from '../../core/parse/index.ts'
import { warned } from './brakeman-json.ts'

const field = /^(?<key>Confidence|Category|Check|Message|Code|File|Line|Name|Template|Controller|Model): (?<value>\S.*)$/
const section = /^== (?<name>\S.*) ==$/
/** The tables of 3 and before, one for each kind of warning; a long cell goes on in a row without confidence. */
const row = /^\| (?<confidence>High|Medium|Weak|) *\|(?<cells>.*)\|$/
const mostCode = 60
const near = / near line (?<line>\d+)(?=:|$)/

/** Brakeman's text since 4.0, a block for each warning, and the tables before it, which name no file. Source: Brakeman's documentation and CHANGES. */
export const brakeman: LineParser = {
  lines({ emit }) {
    let fields = new Map<string, string>()
    let lines = 0
    let ignored = false
    let cells: string[] | undefined
    const close = () => {
      const message = fields.get('Message')
      if (message !== undefined && fields.has('Confidence') && !ignored) {
        emit(warned({
          rule: fields.get('Category') ?? fields.get('Check') ?? 'warning', message, confidence: fields.get('Confidence'),
          file: fields.get('File'), line: position(fields.get('Line')), code: fields.get('Code'),
        }))
      }
      fields = new Map()
      lines = 0
    }
    const closeRow = () => {
      const [confidence, ...rest] = cells ?? []
      const message = rest.at(-1)
      cells = undefined
      if (confidence && message && rest.length >= 2) emit(warned({ rule: rest.at(-2) ?? 'warning', message: [message, rest.slice(0, -2).filter(Boolean).join('#')].filter(Boolean).join(' in '), confidence }))
    }
    return {
      line(text) {
        const c = text.charCodeAt(0)
        if (c === 124) {
          const groups = text.length > 8000 ? undefined : row.exec(text)?.groups
          const parts = groups?.cells?.split('|').map(cell => cell.trim()) ?? []
          if (groups?.confidence) {
            closeRow()
            cells = [groups.confidence, ...parts]
          } else if (groups && cells?.length === parts.length + 1) cells = cells.map((cell, at) => (at === 0 || !parts[at - 1] ? cell : `${cell} ${parts[at - 1]}`))
          return groups !== undefined && cells !== undefined
        }
        if (cells) closeRow()
        const groups = text.includes(': ') && c >= 67 && c <= 84 ? field.exec(text)?.groups : undefined
        if (groups) {
          if (groups.key === 'Confidence') close()
          else if (fields.size === 0) return false
          fields.set(groups.key ?? '', groups.value ?? '')
          return true
        }
        // Code may go over several lines.
        if (fields.has('Code') && !fields.has('File') && lines++ < mostCode) return true
        if (fields.size > 0) close()
        const name = c === 61 ? section.exec(text)?.groups?.name : undefined
        if (name !== undefined) ignored = name.startsWith('Ignored')
        return name !== undefined
      },
      end() {
        close()
        closeRow()
      },
    }
  },
}

/** Cuts ` near line 13`, which some forms say once more. */
export function withoutLine(message: string): string { return message.replace(near, '') }
