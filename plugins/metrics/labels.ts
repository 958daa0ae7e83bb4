/** Names that projects make up would be figures without end, and tell of them. */
const recipes = new Set(['build', 'test', 'lint', 'audit'])

export const recipeLabel = (recipe: string) => recipes.has(recipe) ? recipe : 'other'

const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS'])

export const methodLabel = (method: string | undefined) => method !== undefined && methods.has(method) ? method : 'other'
