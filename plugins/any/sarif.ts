import { sarifParser } from '../../core/parse/index.ts'

/** Any tool's SARIF. */
export const sarif = sarifParser()
