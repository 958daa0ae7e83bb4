import type { LineParser } from '../contract.ts'
export function tapParser(_: { tool: string }): LineParser {
  return { lines: () => ({ line: () => false }) }
}
