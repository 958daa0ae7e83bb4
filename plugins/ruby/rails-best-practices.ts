import { linePattern } from '../../core/parse/index.ts'

/** rails_best_practices: `file:3 - advice`; some advice has several lines. Source: its README ("Usage"). */
export const railsBestPractices = linePattern({
  tool: 'rails-best-practices',
  kind: 'lint',
  level: 'warning',
  might: line => line.includes(' - '),
  match: /^(?<file>(?:[A-Za-z]:)?[^:\s][^:]*\.(?:rb|erb|haml|slim|rake|rhtml|builder)):(?<line>\d{1,9})(?:,\d+)* - (?<message>[a-z]\S* .*)$/,
})
