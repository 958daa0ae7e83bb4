// Node's resolve hook: this package by its own name, from files that have no node_modules to find it in.
const root = new URL('../', import.meta.url)
const own = new Map([
  ['crafting-table/contract', new URL('core/contract.ts', root).href],
  ['crafting-table/parse', new URL('core/parse/index.ts', root).href],
])

export function resolve(specifier, context, next) {
  const url = own.get(specifier)
  return next(url ?? specifier, context)
}
