import type { Finding, Level, Location } from '../../../core/contract.ts'
import { position } from '../../../core/parse/index.ts'

type Groups = Readonly<Record<string, string | undefined>>

/** Of the words that javac says in English, German, Japanese and Chinese. */
export function levelOfWord(word: string): Level {
  return /^(?:error|fatal error|エラー|错误|錯誤|Fehler)$/i.test(word) ? 'error' : /^(?:warning|warn|警告|Warnung)$/i.test(word) ? 'warning' : 'note'
}

export const severityWord = '(?:warning|error|Note|警告|エラー|错误|錯誤|注意|注|Warnung|Fehler|Hinweis)'

export function spot({ file, line, column }: Groups): Pick<Location, 'line' | 'column'> & { file: string } {
  const [at, col] = [position(line), position(column)]
  return { file: file ?? '', ...at && { line: at }, ...at && col && { column: col } }
}

/** The column that a line of carets points at. */
export function caretOf(text: string): number | undefined {
  return /^[ \t|]*\^[\s^~-]*$/.test(text) ? text.indexOf('^') + 1 : undefined
}

/** A finding whose further lines are still to come. */
export interface Open { finding: Finding; lines: string[]; seenCaret: boolean }

export const maxLines = 60

export function closed({ finding, lines }: Open): Finding {
  const trace = lines.join('\n').replace(/\s+$/, '')
  return trace === '' ? finding : { ...finding, trace }
}
