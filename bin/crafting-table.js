#!/usr/bin/env node
// Starts the command line. Sources are TypeScript and run as they are: tsx strips the types, and the small hook beside it
// lets a plugin anywhere on disk import `crafting-table/contract` and `crafting-table/parse`.
import { register as registerHook } from 'node:module'
import { register } from 'tsx/esm/api'

process.stdout.on('error', error => { if (error.code === 'EPIPE') process.exit(0); throw error })
register()
registerHook('./resolve.js', import.meta.url)
const { main } = await import('../core/main.ts')
process.exitCode = await main(process.argv.slice(2))
