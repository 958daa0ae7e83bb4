import type { Finding, Kind, XmlParser } from '../contract.ts'
import { levelOf, position } from './level.ts'

interface Options {
  tool: string
  is(head: string): boolean
  kind: Kind
  reports?: readonly string[]
  map?(finding: Finding): Finding | undefined
}

/** Checkstyle's XML report, which many linters imitate: <checkstyle><file name><error line column severity message source>. */
export function checkstyleParser({ tool, is, kind, reports, map }: Options): XmlParser {
  return {
    ...(reports ? { reports } : {}),
    xml: {
      is,
      each: ['error'],
      read({ attributes: error }, ancestors, { emit }) {
        const file = ancestors.findLast(one => one.name === 'file')?.attributes.name
        const line = position(error.line)
        const column = position(error.column)
        const finding: Finding = {
          tool, kind,
          level: error.severity === undefined ? 'error' : levelOf(error.severity === 'ignore' ? 'info' : error.severity),
          message: error.message ?? '',
          ...(error.source ? { rule: error.source } : {}),
          ...(file ? { file } : {}),
          ...(line ? { line } : {}),
          ...(column ? { column } : {}),
        }
        const kept = map ? map(finding) : finding
        if (kept) emit(kept)
      },
    },
  }
}
