import type { Finding } from '../../core/contract.ts'
import type { Frame } from './frames.ts'

const code = /^(?:> ?| {1,2})? *(?<line>\d{1,9}) (?<gutter>\| ?)/
const marked = /^(?<gutter> +\| ?)(?<blank> *)\^~* ?(?<message>.*)$/
const skipped = /^ *(?:~~+|\.\.\.|\|.*)?$/

/** Prism's one code frame for all errors of a file: below each line of code stand carets, and behind each what is wrong there. */
export class SyntaxFrame {
  readonly #place: Frame
  #line: number | undefined
  #found: Finding[] = []

  constructor(place: Frame) { this.#place = place }

  /** Whether the line belongs to the frame. */
  line(text: string): boolean {
    const groups = marked.exec(text)?.groups
    if (groups) {
      if (this.#found.length < 1000) this.#found.push({ ...this.#finding(groups.message?.trim() || 'syntax error'), line: this.#line ?? this.#place.line, column: (groups.blank ?? '').length + 1 })
      return true
    }
    const line = code.exec(text)?.groups?.line
    if (line !== undefined) this.#line = Number(line)
    return line !== undefined || skipped.test(text)
  }

  end(emit: (finding: Finding) => void): void {
    if (this.#found.length === 0) emit({ ...this.#finding('syntax error'), line: this.#place.line })
    for (const finding of this.#found) emit(finding)
  }

  #finding(message: string): Finding {
    return { tool: 'ruby', kind: 'build', level: 'error', rule: 'SyntaxError', file: this.#place.file, message }
  }
}
