#!/usr/bin/env node
import { fileURLToPath } from 'node:url'
import { compiled } from '../core/compile.js'

if (process.env.CRAFTING_DEBUG) process.setSourceMapsEnabled(true)
const { main } = await import(await compiled(fileURLToPath(new URL('../core/main.ts', import.meta.url))))
process.exitCode = await main(process.argv.slice(2))
