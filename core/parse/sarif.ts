import type { JsonParser, Kind } from '../contract.ts'
export function sarifParser(options: { is?(head: string): boolean; kind?: Kind } = {}): JsonParser {
  return { json: { is: options.is ?? (() => false), read() {} } }
}
