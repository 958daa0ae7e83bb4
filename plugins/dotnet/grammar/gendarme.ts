import type { Level, Location } from '../../../core/contract.ts'
import { position } from '../../../core/parse/index.ts'

/** Gendarme's severities: Critical, High, Medium, Low, Audit. */
export function levelOf(severity: string | undefined): Level {
  return severity === 'Critical' || severity === 'High' ? 'error' : severity === 'Medium' ? 'warning' : 'note'
}

/** `/repo/A.cs(12,3)`, `/repo/A.cs(~12)` where the line is the next one that is known. */
export function placeOf(source: string | undefined): Pick<Location, 'file' | 'line' | 'column'> | undefined {
  const groups = /^(?<file>[^(]{1,1000})\([~\u2248]?(?<line>\d{1,9})(?:,(?<column>\d{1,9}))?\)$/.exec(source ?? '')?.groups
  if (!groups) return undefined
  const [line, column] = [position(groups['line']), position(groups['column'])]
  return { file: groups['file']!.replaceAll('\\', '/'), ...line && { line, ...column && { column } } }
}
