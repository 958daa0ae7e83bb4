import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { setFlagsFromString } from 'node:v8'
import { readConfig, type Config } from '../config.ts'
import { FarmError, messageOf } from '../errors.ts'
import { openFarm } from '../farm.ts'
import type { Farm } from '../facade.ts'
import { ensureAdmin } from '../http/admin.ts'
import { createHttpServer } from '../http/app.ts'

export const usage = `serve [--port N] [--host H]

Runs the farm with its HTTP interface, by default on port 8810. Port 0 takes a free one and prints it.
SIGTERM, SIGHUP or Ctrl-C: no new jobs, running ones may finish (CRAFTING_DRAIN_SECS); once more: they are cancelled.
The first start writes an admin's bearer to admin-bearer.txt in CRAFTING_DATA_DIR; each start takes in the definitions in CRAFTING_RECIPES_DIR.`

/**
 * Percent by which the heap may grow before it is cleaned. V8's own choice lets a farm of 35 MB in use grow to four times that; each request
 * and each job leaves a little behind.
 */
const heapGrowth = 20

/** How long the last events may take to reach those who still listen. */
const lastWordsMs = 1000

export async function run(args: string[]): Promise<number> {
  const config = configOf(args)
  setFlagsFromString(`--heap-growing-percent=${heapGrowth}`)
  const farm = await openFarm(config, { kind: 'server' })
  sayWithoutSandbox(farm)
  const server = createHttpServer(farm)
  try {
    const written = ensureAdmin(farm)
    if (written) process.stdout.write(`the admin's bearer is in ${written}\n`)
    await takeIn(farm, config)
    await listen(server, config)
  } catch (error) {
    await farm.close({ drainMs: 0 })
    throw error
  }
  const stop = whenTold()
  process.stdout.write(`listening on ${addressOf(server)}\n`)
  await stop.first
  await drain(farm, server, stop.second)
  return 0
}

/** Who wanted none is told nothing. */
export function sayWithoutSandbox({ config, health, log }: Farm): void {
  const { sandbox: { mode, reason } } = health()
  if (mode === 'none' && config.sandbox === 'auto') log.warn('no sandbox', { reason, hint: 'Jobs can read the ledger and the admin\'s bearer: docs/security.md says who is kept from what, docs/container.md what a container needs. CRAFTING_SANDBOX=off wants none, require insists.' })
}

/** Project definitions of CRAFTING_RECIPES_DIR. What fails is said, and the farm starts all the same. */
async function takeIn(farm: Farm, { recipesDir }: Config): Promise<void> {
  if (recipesDir === undefined) return
  const { importDefinitions, importer } = await import('../definitions/import.ts')
  try {
    for (const { state, message: reason, ...rest } of await importDefinitions(farm, importer(farm), [recipesDir])) {
      if (state === 'failed') farm.log.error('definition failed', { ...rest, reason })
      else farm.log.info(`definition ${state}`, rest)
    }
  } catch (error) {
    farm.log.error('definitions not read', { reason: messageOf(error), hint: 'CRAFTING_RECIPES_DIR names a directory of YAML files.' })
  }
}

function configOf(args: string[]): Config {
  const { values: { port, host } } = parseArgs({ args, options: { port: { type: 'string' }, host: { type: 'string' } }, strict: true })
  return readConfig({ ...process.env, ...(port === undefined ? {} : { CRAFTING_PORT: port }), ...(host === undefined ? {} : { CRAFTING_HOST: host }) })
}

async function listen(server: Server, { host, port }: Config): Promise<void> {
  try {
    server.listen({ host, port })
    await once(server, 'listening')
  } catch (error) {
    throw new FarmError('unavailable', `Cannot listen on ${host}:${port}: ${messageOf(error)}`, { cause: error, hint: 'Choose another port with --port, or 0 for a free one.' })
  }
}

function addressOf(server: Server): string {
  const { address, family, port } = server.address() as AddressInfo
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`
}

/** The first and the second of these signals. A terminal that is closed says SIGHUP. */
function whenTold(): { first: Promise<void>; second: Promise<void> } {
  const first = withResolvers()
  const second = withResolvers()
  let count = 0
  const told = () => { (count++ ? second : first).resolve() }
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, told)
  return { first: first.promise, second: second.promise }
}

function withResolvers(): { promise: Promise<void>; resolve: () => void } {
  let resolve = () => {}
  const promise = new Promise<void>(done => { resolve = done })
  return { promise, resolve }
}

/** Whoever follows a job's log stays connected until the job has ended, and hears how. */
async function drain(farm: Farm, server: Server, atOnce: Promise<void>): Promise<void> {
  farm.log.info('stopping', { drain_ms: farm.config.drainMs })
  const gone = once(server, 'close')
  server.close()
  server.closeIdleConnections()
  await Promise.race([farm.close(), atOnce.then(() => farm.close({ drainMs: 0 }))])
  server.closeIdleConnections()
  await Promise.race([gone, setTimeout(lastWordsMs)])
  server.closeAllConnections()
}
