import { diffParser } from './diff.ts'

/** `shfmt -d`. */
export const shfmtDiff = diffParser({ tool: 'shfmt', kind: 'format', message: 'Not formatted as shfmt does', header: /^--- (?<file>.*\S)\.orig$/ })
