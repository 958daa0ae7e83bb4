import { remembering } from '../../../core/parse/index.ts'

const time = String.raw`\d{2}:\d{2}:\d{2}(?:[.,]\d{1,9})?`
const prefix = new RegExp([
  String.raw`^\uFEFF?`,
  // Times of build servers; fastlane's are in brackets.
  String.raw`(?:\[?\d{4}-\d{2}-\d{2}[T ]${time}(?:Z|[+-]\d{2}:?\d{2})?\]? |\[${time}\]:? )?`,
  // fastlane's mark.
  String.raw`(?:\u25b8 {1,4})?`,
  String.raw`(?:##\[(?:error|warning)\]|(?:Error|Warning): (?=\/))?`,
].join(''))

/** A line without what build servers and fastlane put before it. */
export const plain: (line: string) => string = remembering(line => line.replace(prefix, '').trimEnd())
