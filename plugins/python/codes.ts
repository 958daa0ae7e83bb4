import type { Level } from '../../core/contract.ts'

/** A rule of pycodestyle, pyflakes, a flake8 plugin or ruff: letters, then digits. */
export const codePattern = '[A-Z]{1,6}[0-9]{2,5}'

/** A path as tools print it before `:line`, a drive letter allowed. */
export const pathPattern = '(?:[A-Za-z]:)?[^:\\s][^:]*'

const faults = /^(?:E9|F63|F7|F82|PLE|invalid-syntax|syntax-error)/

/**
 * Neither flake8 nor ruff tells faults from style (ruff calls all its findings errors). What stops a program or reads a
 * name that is not there (the selection that flake8's own documentation gives for a first run) is an error here.
 */
export function levelOfCode(code: string): Level {
  return faults.test(code) ? 'error' : 'warning'
}
