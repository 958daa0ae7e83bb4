import type { Level } from '../../../core/contract.ts'

/** The first line of a diagnostic as gcc and clang print it since 1999. */
export interface Headline {
  file: string
  line: number | undefined
  column: number | undefined
  word: string
  level: Level
  message: string
  rule: string | undefined
}

/** gcc translates its severity words; these are the translations of gcc's own message catalogues. */
const words: Readonly<Record<string, Level>> = {
  'fatal error': 'error', 'internal compiler error': 'error', 'sorry, unimplemented': 'error', error: 'error', pedwarn: 'warning',
  warning: 'warning', 'runtime error': 'error', anachronism: 'warning', note: 'note', remark: 'note', debug: 'note',
  'schwerwiegender fehler': 'error', fehler: 'error', warnung: 'warning', anmerkung: 'note',
  'erreur fatale': 'error', erreur: 'error', attention: 'warning', avertissement: 'warning',
  'error fatal': 'error', aviso: 'warning', advertencia: 'warning', nota: 'note',
  'errore fatale': 'error', errore: 'error', attenzione: 'warning', erro: 'error', 'erro fatal': 'error',
  'фатальная ошибка': 'error', ошибка: 'error', предупреждение: 'warning', замечание: 'note',
  'błąd krytyczny': 'error', błąd: 'error', ostrzeżenie: 'warning', uwaga: 'note',
  致命错误: 'error', 错误: 'error', 警告: 'warning', 附注: 'note', 致命的エラー: 'error', エラー: 'error', 備考: 'note',
}

/** Assemblers and old Fortran compilers begin the word with a capital. In capitals it is another tool's: doctest, Meson, Sphinx. */
const capitals = ['Error', 'Warning', 'Fatal error', 'Fatal Error', 'Info', 'Fehler', 'Warnung', 'Erreur']
const alternatives = [...Object.keys(words), ...capitals].sort((a, b) => b.length - a.length).join('|')
const place = String.raw`^(?<file>[^\s<>|'"(][^|'"]{0,1000}?|<[\w -]{1,40}>)`
const colons = new RegExp(String.raw`${place}:(?<line>\d{1,9})(?:[:.](?<column>\d{1,9}))?(?::(?:\{[\d:-]{1,40}\}){1,20})?\s?[:：]\s{1,3}(?<word>${alternatives})\s?[:：]\s?(?<message>.*)$`)
/** clang's dress for Visual Studio always has the column; without one it is another compiler's. */
const parentheses = new RegExp(String.raw`${place}\((?<line>\d{1,9}),(?<column>\d{1,9})\)\s?:\s{1,3}(?<word>${alternatives})\s?:\s(?<message>.*)$`)
const fileOnly = new RegExp(String.raw`${place}:\s(?<word>${alternatives}):\s(?<message>.*)$`)

/** The one thing that all three have, found without going back and forth. */
const severity = new RegExp(String.raw`[:：]\s{1,3}(?:${alternatives})\s?[:：]`)

/** Reads a headline, whatever tool printed it; undefined for any other line. */
export function readHeadline(line: string): Headline | undefined {
  if (!severity.test(line)) return undefined
  const groups = (colons.exec(line) ?? parentheses.exec(line) ?? fileOnly.exec(line))?.groups
  if (!groups) return undefined
  const word = groups['word']!.toLowerCase()
  return {
    file: groups['file']!,
    line: digits(groups['line']),
    column: digits(groups['column']),
    word,
    level: words[word] ?? 'warning',
    ...splitRule(groups['message']!),
  }
}

const digits = (text: string | undefined) => Number(text) || undefined

const flag = /^\[(?<rule>[^\s[\]]{1,400}|enabled by default)\]$/
const cwe = / \[CWE-\d{1,5}\]$/

/** Takes the bracketed rule off the end of a message: `[-Wfoo]`, `[-Werror,-Wfoo]`, `[-Werror=foo]`, `[check,check]`. */
export function splitRule(text: string): { message: string; rule: string | undefined } {
  const whole = text.trim()
  const at = whole.lastIndexOf('[')
  const groups = at < 0 ? undefined : flag.exec(whole.slice(at))?.groups
  if (!groups) return { message: whole, rule: undefined }
  const rule = groups['rule']!.split(',')
    .filter(part => part !== '-Werror' && !part.startsWith('-warnings-as-errors'))
    .map(part => part.replace(/^-W(?:error=|no-error=)/, '-W'))[0]
  return {
    message: whole.slice(0, at).trimEnd().replace(cwe, ''),
    rule: rule === 'enabled by default' ? undefined : rule,
  }
}
