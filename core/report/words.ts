import type { Overview, ShownFinding } from '../overview.ts'

export const titleOf: Readonly<Record<Overview['verdict'], string>> = { green: 'green', red: 'red', running: 'still running', unknown: 'nothing has run' }

const weight = { error: 0, warning: 1, note: 2 } as const

/** New ones first, then by level, then by place. */
export function gravestFirst<T extends ShownFinding>(findings: readonly T[]): T[] {
  const key = ({ state, finding }: T) => [state === 'new' ? 0 : 1, weight[finding.level]] as const
  return findings.toSorted((a, b) => key(a)[0] - key(b)[0] || key(a)[1] - key(b)[1] || compare(a.finding.file ?? '\uffff', b.finding.file ?? '\uffff') || (a.finding.line ?? 0) - (b.finding.line ?? 0))
}

const compare = (a: string, b: string) => a < b ? -1 : a > b ? 1 : 0

/** `src/a.c:3:1`; '' where it has no file. */
export function placeText({ file, line, column }: { file?: string; line?: number; column?: number }): string {
  return [file, line, column].filter(part => part !== undefined).join(':')
}

export function jobText({ recipe, subproject, language }: ShownFinding['job']): string {
  return `${recipe}${subproject ? ` ${subproject}` : ''}${language ? ` (${language})` : ''}`
}
