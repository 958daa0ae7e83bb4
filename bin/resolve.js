// A resolve hook (node:module): what the package exports, to importers that have no such package in reach.
const rooms = { 'crafting-table/contract': new URL('../core/contract.ts', import.meta.url).href, 'crafting-table/parse': new URL('../core/parse/index.ts', import.meta.url).href }

export function resolve(specifier, context, next) {
  return Object.hasOwn(rooms, specifier) ? next(rooms[specifier], context) : next(specifier, context)
}
