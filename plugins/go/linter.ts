import { linterOf } from './linter-messages.ts'
import { ownPlaces, placeIn } from './own.ts'

/** golint, revive, ineffassign, misspell, unparam, gocritic and their like, told apart by their words; each finding names its own tool. */
export const linter = ownPlaces('linter', one => {
  const found = linterOf(one.message)
  const { tool = 'golint', rule, kind = 'lint' } = found?.linter ?? {}
  const named = typeof rule === 'function' ? rule(found?.groups ?? {}) : rule
  return { tool, kind, level: 'warning', ...(named ? { rule: named } : {}), message: found?.groups.message ?? one.message, ...placeIn(one) }
})
