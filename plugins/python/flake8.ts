import { conciseParser } from './concise.ts'

/**
 * flake8, and pycodestyle (pep8), which has the same form: `path:line:column: CODE message`, or with `--format=pylint`
 * `path:line: [CODE] message`. Sources: flake8 "Selecting and ignoring violations", "Format" option.
 */
export const flake8 = conciseParser('flake8')
