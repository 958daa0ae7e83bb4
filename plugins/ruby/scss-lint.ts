import { templateLinter } from './haml-lint.ts'

/** SCSS-Lint's default reporter. Source: its README. */
export const scssLint = templateLinter('scss-lint', 'scss|sass|css')
