#!/usr/bin/env node
import { fileURLToPath } from 'node:url'
import { compiled } from '../core/compile.js'

// SQLite's binding aborts on 24, when a statement is collected. package.json says the same to npm, which only warns.
if (Number.parseInt(process.versions.node, 10) >= 24) {
  console.error(`crafting-table: runs on Node 20.19 to 22; this is ${process.versions.node}`)
  process.exit(2)
}
if (process.env.CRAFTING_DEBUG) process.setSourceMapsEnabled(true)
const { main } = await import(await compiled(fileURLToPath(new URL('../core/main.ts', import.meta.url))))
process.exitCode = await main(process.argv.slice(2))
