import { checkstyleParser } from '../../core/parse/index.ts'

/** Checkstyle XML of any linter; the tool is the first part of an error's `source`. */
export const checkstyle = checkstyleParser({ tool: 'checkstyle', kind: 'lint', is: head => /<checkstyle[\s/>]/.test(head.slice(0, 4096)) })
