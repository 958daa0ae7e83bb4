import type { Level } from '../contract.ts'

const words: readonly (readonly [Level, readonly string[]])[] = [
  ['error', ['fatal', 'fatal error', 'error', 'err', 'critical', 'high', 'blocker', 'severe', 'failure']],
  ['warning', ['warning', 'warn', 'medium', 'moderate', 'major']],
  ['note', ['note', 'info', 'information', 'informational', 'style', 'convention', 'refactor', 'low', 'minor', 'hint', 'help', 'suggestion', 'remark', 'debug', 'none', 'negligible']],
]
const levels = new Map(words.flatMap(([level, names]) => names.map(name => [name, level] as const)))

/** A tool's own word for how bad it is. Case-insensitive; anything else is a warning. */
export function levelOf(word: string | undefined): Level {
  return levels.get(word?.trim().toLowerCase() ?? '') ?? 'warning'
}

const severities = new Map([['critical', 9.5], ['high', 8], ['moderate', 5.5], ['medium', 5.5], ['low', 2]])

/** A CVSS score to stand in where a tool gives only a word; undefined for any other word. */
export function severityOf(word: string | undefined): number | undefined {
  return severities.get(word?.trim().toLowerCase() ?? '')
}

/** Digits to a number ≥ 1, else undefined: several tools print line 0 for "the file". */
export function position(text: string | number | undefined): number | undefined {
  const value = typeof text === 'string' && /^\s*\d{1,10}\s*$/.test(text) ? Number(text) : text
  return typeof value === 'number' && Number.isInteger(value) && value >= 1 ? value : undefined
}
