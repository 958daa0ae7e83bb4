import { templateLinter } from './haml-lint.ts'

/** Slim-Lint's default reporter. Source: its README. */
export const slimLint = templateLinter('slim-lint', 'slim')
