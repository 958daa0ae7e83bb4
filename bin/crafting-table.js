#!/usr/bin/env node
// TypeScript is run as it is: tsx compiles on import. `crafting-table/contract` and `crafting-table/parse` resolve for plugins wherever they lie.
import { register as registerHooks } from 'node:module'
import { register } from 'tsx/esm/api'

register()
registerHooks('./resolve.js', import.meta.url)
const { main } = await import('../core/main.ts')
process.exitCode = await main(process.argv.slice(2))
